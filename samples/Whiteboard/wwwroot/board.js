import { PresenceClient, safeColor } from "/_content/Djust.Presence/djust-presence.js";

const labels = { connecting: "Connecting…", live: "", reconnecting: "Reconnecting…", offline: "Offline" };
const sendEvery = 100;
const mostNumbers = 1_000;
const shortest = 0.002;
const [width, height] = [1600, 1000];
const people = document.querySelector("#people");
const board = document.querySelector("#board");
const ink = document.querySelector("#ink");
const notes = document.querySelector("#notes");
const client = PresenceClient.for(people.getAttribute("hub"));
const group = client.group(people.getAttribute("presence-key"));
const mine = [];
let tool = "pen";

client.connection.on("Board", (items) => {
  // Whatever was there before a lost connection is brought up to date, not doubled.
  ink.replaceChildren();
  notes.replaceChildren();
  for (const item of items) (item.$type === "note" ? showNote : showStroke)(item);
});
group.onEvent("stroke", showStroke);
group.onEvent("note", showNote);
group.onEvent("removed", ({ id }) => find(id)?.remove());
people.addEventListener("presence-state", ({ detail }) => showStatus(detail.status));
showStatus(group.status);

for (const button of document.querySelectorAll("[data-tool]")) button.addEventListener("click", () => choose(button.dataset.tool));
document.querySelector("#undo").addEventListener("click", () => call("Remove", mine.pop()));
document.querySelector("#cursors").addEventListener("change", ({ target }) => {
  document.querySelector("#pointers").visible = target.checked;
});
document.querySelector("#invite").addEventListener("click", invite);
board.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || event.target.closest(".note")) return;
  if (tool === "pen") draw(event);
  else write(event);
});

function choose(name) {
  tool = name;
  board.dataset.tool = name;
  for (const button of document.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === name));
}

/** Sends a stroke while it is drawn: others see it grow. */
function draw(down) {
  const stroke = { id: newId(), points: at(down), color: ownColor() };
  let sent = performance.now();
  board.setPointerCapture(down.pointerId);
  mine.push(stroke.id);
  showStroke(stroke);
  const move = (event) => {
    const [x, y] = at(event);
    const [lastX, lastY] = stroke.points.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) < shortest || stroke.points.length + 2 > mostNumbers) return;
    stroke.points.push(x, y);
    showStroke(stroke);
    if (performance.now() - sent > sendEvery) {
      sent = performance.now();
      call("Draw", stroke);
    }
  };
  const end = () => {
    board.removeEventListener("pointermove", move);
    call("Draw", stroke);
  };
  board.addEventListener("pointermove", move);
  board.addEventListener("lostpointercapture", end, { once: true });
}

function write(down) {
  const [x, y] = at(down);
  const note = { id: newId(), x: Math.min(x, 0.86), y: Math.min(y, 0.86), text: "", color: ownColor() };
  down.preventDefault();
  mine.push(note.id);
  showNote(note);
  find(note.id).querySelector("textarea").focus();
  choose("pen");
  call("PutNote", note);
}

function showStroke({ id, color, points }) {
  const line = find(id) ?? ink.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "polyline"));
  line.dataset.id = id;
  line.setAttribute("stroke", safeColor(color));
  line.setAttribute("points", points.map((coordinate, at) => (coordinate * (at % 2 ? height : width)).toFixed(1)).join(" "));
  document.querySelector("#hint").hidden = true;
}

function showNote({ id, color, x, y, text }) {
  const note = find(id) ?? newNote(id);
  const area = note.querySelector("textarea");
  note.style.setProperty("--note-color", safeColor(color));
  note.style.insetInlineStart = `${(x * 100).toFixed(2)}%`;
  note.style.insetBlockStart = `${(y * 100).toFixed(2)}%`;
  // What somebody is writing here is not overwritten under their hands.
  if (document.activeElement !== area) area.value = text;
  document.querySelector("#hint").hidden = true;
}

function newNote(id) {
  const note = document.createElement("div");
  const area = document.createElement("textarea");
  note.className = "note";
  note.dataset.id = id;
  area.maxLength = 280;
  area.setAttribute("aria-label", "Note");
  let waiting;
  const put = () => {
    clearTimeout(waiting);
    const [x, y] = [parseFloat(note.style.insetInlineStart) / 100, parseFloat(note.style.insetBlockStart) / 100];
    call("PutNote", { id, x, y, text: area.value });
  };
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(put, sendEvery);
  });
  area.addEventListener("blur", put);
  note.append(area);
  return notes.appendChild(note);
}

function find(id) {
  return board.querySelector(`[data-id="${CSS.escape(id)}"]`);
}

/** Where on the board, 0 to 1, in whatever size it is shown. */
function at({ clientX, clientY }) {
  const { left, top, width: shownWidth, height: shownHeight } = board.getBoundingClientRect();
  return [within((clientX - left) / shownWidth), within((clientY - top) / shownHeight)];
}

function within(coordinate) {
  return Math.round(Math.min(1, Math.max(0, coordinate)) * 10_000) / 10_000;
}

function ownColor() {
  const { presences, self } = group.getSnapshot();
  return presences.find(({ id }) => id === self?.id)?.meta.color;
}

function newId() {
  return crypto.getRandomValues(new Uint32Array(3)).reduce((text, number) => text + number.toString(36), "");
}

async function call(method, argument) {
  if (argument === undefined) return;
  try {
    await client.invoke(method, argument);
  } catch {
    showStatus("offline");
  }
}

async function invite({ currentTarget }) {
  const link = new URL(location.href);
  link.search = "";
  try {
    await navigator.clipboard.writeText(link.href);
    currentTarget.textContent = "Link copied";
  } catch {
    // Where the page may not write to the clipboard, the link can be copied by hand.
    prompt("The invitation link:", link.href);
  }
}

function showStatus(status) {
  const output = document.querySelector("#status");
  output.textContent = labels[status];
  output.dataset.status = status;
}
