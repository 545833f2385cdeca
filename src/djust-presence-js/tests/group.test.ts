import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLive, key, settle } from "./create-client.js";
import { ModelServer } from "./model.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a group", () => {
  test("shows what the server says, and follows it", async () => {
    const { server, group, events, list, sendDiff } = await createLive();
    expect(group.getSnapshot()).toMatchObject({ key, status: "live", count: 2, self: { id: "ada", ref: 1 }, epoch: "e1", version: 2 });
    server.close("bob");
    server.join("eve");
    sendDiff();
    expect(list()).toEqual(["ada", "eve"]);
    expect(events).toEqual(["leave bob", "join eve"]);
  });

  test("keeps one snapshot until something changes", async () => {
    const { server, connection, group, sendDiff } = await createLive();
    const before = group.getSnapshot();
    const listener = vi.fn();
    group.subscribe(listener);
    connection.deliver("PresenceState", server.state("ada"));
    expect(group.getSnapshot()).toBe(before);
    expect(listener).not.toHaveBeenCalled();
    server.join("ada");
    sendDiff();
    expect(group.getSnapshot()).not.toBe(before);
    expect(before.presences[0]!.connections).toHaveLength(1);
    expect(Object.isFrozen(before)).toBe(true);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test("exists for every key that the server sends the state of", async () => {
    const { client, connection } = await createLive();
    const other = new ModelServer("document:43");
    other.join("zoe");
    connection.deliver("PresenceState", other.state());
    expect(client.group("document:43").getSnapshot().count).toBe(1);
    expect(client.group(key).getSnapshot().count).toBe(2);
  });

  test("delivers the application's events, by name and all", async () => {
    const { client, connection, group } = await createLive();
    const heard: unknown[] = [];
    group.onEvent("flash", (payload) => heard.push(payload));
    group.onEvent(({ event }) => heard.push(event));
    client.onEvent("flash", (_, of) => heard.push(of));
    connection.deliver("PresenceEvent", { key, event: "flash", payload: { message: "hi" } });
    connection.deliver("PresenceEvent", { key, event: "other", payload: null });
    expect(heard).toEqual([key, { message: "hi" }, "flash", "other"]);
  });

  test("reports a listener that throws, and calls the others", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { server, group, sendDiff } = await createLive();
    const heard = vi.fn();
    const fail = () => {
      throw new Error("mine");
    };
    group.subscribe(fail);
    group.onJoin(fail);
    group.onJoin(async () => fail());
    group.onJoin(heard);
    server.join("eve");
    sendDiff();
    await settle();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledTimes(3);
  });

  test("stops calling who unsubscribes", async () => {
    const { server, group, sendDiff } = await createLive();
    const heard = vi.fn();
    const end = group.onJoin(heard);
    end();
    end();
    server.join("eve");
    sendDiff();
    expect(heard).not.toHaveBeenCalled();
  });
});
