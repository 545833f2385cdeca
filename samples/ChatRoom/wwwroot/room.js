import { PresenceClient, displayName, initials, safeColor } from "/_content/Djust.Presence/djust-presence.js";

const keep = 200;
const flashTime = 4_000;
const labels = { connecting: "Connecting…", live: "", reconnecting: "Reconnecting…", offline: "Offline" };
const people = document.querySelector("#people");
const messages = document.querySelector("#messages");
const flashes = document.querySelector("#flashes");
const text = document.querySelector("#text");
const client = PresenceClient.for(people.getAttribute("hub"));
const group = client.group(people.getAttribute("presence-key"));

group.onEvent("message", show);
group.onEvent("flash", ({ message }) => flash(message));
people.addEventListener("presence-state", ({ detail }) => showStatus(detail.status));
showStatus(group.status);

document.querySelector("#say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = text.value;
  text.value = "";
  try {
    await client.invoke("SendMessage", said);
  } catch {
    // What was written is not lost: it can be sent again.
    text.value ||= said;
    flash("That was not sent. Try again in a moment.");
  }
});

function showStatus(status) {
  const output = document.querySelector("#status");
  output.textContent = labels[status];
  output.dataset.status = status;
}

/** What others wrote becomes text, never markup. */
function show({ from, name, color, text: said, at }) {
  const message = element("li", "message");
  const avatar = element("span", "presence-avatar", initials(name));
  const time = element("time", "", new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  const head = element("p", "message-head");
  avatar.setAttribute("aria-hidden", "true");
  avatar.style.setProperty("--presence-color", safeColor(color));
  time.dateTime = at;
  head.append(element("b", "", displayName(name)), " ", time);
  message.append(avatar, head, element("p", "message-text", said));
  message.toggleAttribute("data-self", from === group.getSnapshot().self?.id);
  messages.append(message);
  if (messages.children.length > keep) messages.firstElementChild.remove();
  messages.scrollTop = messages.scrollHeight;
  document.querySelector("#empty").hidden = true;
}

function flash(what) {
  const note = element("p", "flash", what);
  flashes.append(note);
  setTimeout(() => note.remove(), flashTime);
}

function element(tag, className, content = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  return made;
}
