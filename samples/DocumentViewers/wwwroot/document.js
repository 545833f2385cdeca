import { PresenceClient, displayName, field } from "/_content/Djust.Presence/djust-presence.js";

const keep = 50;
const labels = { connecting: "Connecting…", live: "Live", reconnecting: "Reconnecting…", offline: "Offline" };
const viewers = document.querySelector("#viewers");
const client = PresenceClient.for(viewers.getAttribute("hub"));
const group = client.group(viewers.getAttribute("presence-key"));
const input = document.querySelector("#name");
const nameOf = ({ meta }) => displayName(field(meta, "name"));

/** Names as they were before an update. */
const names = new Map();
/** A new connection begins with the name that the page was opened with. */
let renamed;

group.subscribe(() => {
  const { presences, self } = group.getSnapshot();
  for (const presence of presences) if (!names.has(presence.id)) names.set(presence.id, nameOf(presence));
  if (self !== null) input.placeholder = names.get(self.id) ?? "Guest";
});
group.onJoin((presence) => {
  names.set(presence.id, nameOf(presence));
  write(presence, nameOf(presence), "joined");
});
group.onLeave((presence) => {
  names.delete(presence.id);
  write(presence, nameOf(presence), "left");
});
group.onUpdate((presence) => {
  const before = names.get(presence.id);
  names.set(presence.id, nameOf(presence));
  if (before !== nameOf(presence)) write(presence, before ?? "Somebody", `is now ${nameOf(presence)}`);
});

viewers.addEventListener("presence-state", ({ detail }) => showStatus(detail.status));
showStatus(group.status);

document.querySelector("#rename").addEventListener("submit", async (event) => {
  event.preventDefault();
  renamed = input.value;
  const address = new URL(location.href);
  address.searchParams.set("name", renamed);
  history.replaceState(null, "", address);
  input.blur();
  // Not connected: the name is told as soon as we are.
  if (client.isConnected) await client.invoke("Rename", renamed);
});

function showStatus(status) {
  const output = document.querySelector("#status");
  output.textContent = labels[status];
  output.dataset.status = status;
  if (status === "live" && renamed !== undefined) client.invoke("Rename", renamed);
}

function write({ meta }, name, what) {
  const entry = document.createElement("li");
  const time = document.createElement("time");
  const happened = document.createElement("span");
  const who = document.createElement("b");
  const now = new Date();
  time.dateTime = now.toISOString();
  time.textContent = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  who.textContent = name;
  happened.append(who, ` ${what}`);
  entry.append(time, happened);
  const log = document.querySelector("#log");
  log.prepend(entry);
  if (log.children.length > keep) log.lastElementChild.remove();
  document.querySelector("#log-empty").hidden = true;
}
