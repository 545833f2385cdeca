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

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("may be called %s, and so may its events", async (name) => {
    const { client, connection, group } = await createLive();
    expect(client.group(name).getSnapshot().count).toBe(0);
    const heard = vi.fn();
    client.group(name).onEvent(name, heard);
    group.onEvent(name, () => heard("of another group"));
    const other = new ModelServer(name);
    other.join(name, { [name]: "meta" });
    connection.deliver("PresenceState", other.state());
    expect(client.group(name).getSnapshot()).toMatchObject({ key: name, count: 1 });
    expect(client.group(name).owner(1)?.id).toBe(name);
    connection.deliver("PresenceEvent", { key: name, event: name, payload: 7 });
    expect(heard.mock.calls.map(([payload]) => payload as unknown)).toEqual([7]);
    other.close(name);
    connection.deliver("PresenceDiff", { ...other.diff(), from: 1, leaves: [{ id: name }] });
    expect(client.group(name).getSnapshot().presences).toEqual([]);
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

  test("knows whose a ref is, and which is its own", async () => {
    const { group, server, connection, sendDiff } = await createLive();
    expect([group.ownRef, group.owner(1)?.id, group.owner(2)?.id, group.owner(3)]).toEqual([1, "ada", "bob", undefined]);
    server.close("bob");
    sendDiff();
    expect(group.owner(2)).toBeUndefined();
    server.close("ada");
    sendDiff();
    expect(group.ownRef).toBeUndefined();
    connection.deliver("PresenceState", { ...server.state(), version: 99 });
    expect(group.ownRef).toBeUndefined();
  });

  test("delivers its cursors, and of a group that is not followed none", async () => {
    const { client, group, connection } = await createLive();
    const heard = vi.fn();
    const end = group.onCursors(heard);
    connection.deliver("CursorFrame", { key, moves: [2, 0.5, 0.25, "x", 1, 1], gone: [7] });
    connection.deliver("CursorFrame", { key: "document:43", moves: [2, 0.5, 0.25] });
    connection.deliver("CursorFrame", undefined);
    expect(heard.mock.calls).toEqual([[{ key, moves: [{ ref: 2, x: 0.5, y: 0.25 }], gone: [7] }]]);
    expect(client.groups).toEqual([group]);
    end();
    connection.deliver("CursorFrame", { key, moves: [] });
    expect(heard).toHaveBeenCalledTimes(1);
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
