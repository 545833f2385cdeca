import { expect, vi } from "vitest";
import { PresenceClient, type PresenceClientInit } from "../src/client.js";
import { FakeConnection } from "./fake-connection.js";
import { ModelServer } from "./model.js";

export const key = "document:42";

/** A client of a hub that tracks whoever connects, in a room with Ada and Bob. */
export function createClient(options: Partial<PresenceClientInit> = {}) {
  const connection = new FakeConnection();
  const server = new ModelServer(key);
  server.join("ada", { name: "Ada" });
  server.join("bob", { name: "Bob" });
  server.diff();
  connection.greet = () => connection.deliver("PresenceState", server.state("ada"));
  connection.methods = { PresenceSync: () => server.state("ada"), PresenceHeartbeat: () => undefined };
  const client = new PresenceClient({ hub: connection, ...options });
  const group = client.group(key);
  const events: string[] = [];
  group.onJoin(({ id }) => events.push(`join ${id}`));
  group.onUpdate(({ id }) => events.push(`update ${id}`));
  group.onLeave(({ id }) => events.push(`leave ${id}`));
  const list = () => group.getSnapshot().presences.map(({ id }) => id);
  const sendDiff = () => connection.deliver("PresenceDiff", server.diff());
  return { connection, server, client, group, events, list, sendDiff };
}

export async function createLive(options: Partial<PresenceClientInit> = {}) {
  const created = createClient(options);
  created.client.start();
  await settle();
  expect(created.group.status).toBe("live");
  return created;
}

/** Lets promises and the timers that are due now run. */
export const settle = () => vi.advanceTimersByTimeAsync(0);
/** A promise that the test settles. */
export function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}
