import { afterEach, beforeEach, vi } from "vitest";
import { configurePresence } from "../../src/index.js";
import type { JsonObject } from "../../src/wire.js";
import { FakeConnection } from "../fake-connection.js";
import { ModelServer } from "../model.js";

export const key = "document:42";
export const rendered = `<presence-list presence-key="${key}" hub="/hubs/document/42">
  <presence-item data-presence-id="ada" title="Ada"><span class="presence-avatar" style="--presence-color:#6c63ff">A</span></presence-item>
  <presence-item data-presence-id="bob" title="Bob"><span class="presence-avatar"><img src="/bob.png" alt="" referrerpolicy="no-referrer"></span></presence-item>
  <span class="presence-more" hidden>+0</span>
</presence-list> <presence-count presence-key="${key}">2</presence-count>`;

export let connections: FakeConnection[];
export let server: ModelServer;

export const settle = () => vi.advanceTimersByTimeAsync(0);
export const list = () => document.querySelector("presence-list")!;
export const items = () => [...list().querySelectorAll("presence-item")];
export const shown = () => items().map((item) => item.getAttribute("data-presence-id"));
export const item = (id: string) => items().find((one) => one.getAttribute("data-presence-id") === id)!;
export const more = () => list().querySelector(".presence-more")!;
export const count = () => document.querySelector("presence-count")!.textContent;
export const sendDiff = () => connections[0]!.deliver("PresenceDiff", server.diff());
export const sendState = () => connections[0]!.deliver("PresenceState", server.state("ada"));

/** Joins a user, and has the list draw them. */
export async function draw(meta: JsonObject, html = rendered): Promise<Element> {
  document.body.innerHTML = html;
  await settle();
  sendState();
  server.join("new", meta);
  sendDiff();
  return item("new");
}

/** A page with no elements, and a hub to which every connection is a fake one. */
beforeEach(() => {
  vi.useFakeTimers();
  connections = [];
  server = new ModelServer(key);
  server.join("ada", { name: "Ada", color: "#6c63ff" });
  server.join("bob", { name: "Bob", avatar: "/bob.png" });
  server.diff();
  configurePresence({
    createConnection: () => {
      const connection = new FakeConnection();
      connection.methods = { PresenceHeartbeat: () => undefined, PresenceSync: () => server.state("ada") };
      connections.push(connection);
      return connection;
    },
  });
});

afterEach(async () => {
  document.body.innerHTML = "";
  await vi.advanceTimersByTimeAsync(2_000);
  vi.useRealTimers();
});
