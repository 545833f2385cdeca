import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PresenceClient, type PresenceClientInit } from "../src/client.js";
import { FakeConnection, hubException } from "./fake-connection.js";
import { ModelServer } from "./model.js";

const key = "document:42";

/** A client of a hub that tracks whoever connects, in a room with Ada and Bob. */
function createClient(options: Partial<PresenceClientInit> = {}) {
  const connection = new FakeConnection();
  const server = new ModelServer(key);
  server.join("ada", { name: "Ada" });
  server.join("bob", { name: "Bob" });
  server.diff();
  connection.greet = () => connection.send("PresenceState", server.state("ada"));
  connection.methods = { PresenceSync: () => server.state("ada"), PresenceHeartbeat: () => undefined };
  const client = new PresenceClient({ hub: connection, ...options });
  const group = client.group(key);
  const events: string[] = [];
  group.onJoin(({ id }) => events.push(`join ${id}`));
  group.onUpdate(({ id }) => events.push(`update ${id}`));
  group.onLeave(({ id }) => events.push(`leave ${id}`));
  const list = () => group.getSnapshot().presences.map(({ id }) => id);
  const sendDiff = () => connection.send("PresenceDiff", server.diff());
  return { connection, server, client, group, events, list, sendDiff };
}

async function createLive(options: Partial<PresenceClientInit> = {}) {
  const created = createClient(options);
  created.client.start();
  await settle();
  expect(created.group.status).toBe("live");
  return created;
}

/** Lets promises and the timers that are due now run. */
const settle = () => vi.advanceTimersByTimeAsync(0);
/** A promise that the test settles. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

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
    connection.send("PresenceState", server.state("ada"));
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
    connection.send("PresenceState", other.state());
    expect(client.group("document:43").getSnapshot().count).toBe(1);
    expect(client.group(key).getSnapshot().count).toBe(2);
  });

  test("delivers the application's events, by name and all", async () => {
    const { client, connection, group } = await createLive();
    const heard: unknown[] = [];
    group.onEvent("flash", (payload) => heard.push(payload));
    group.onEvent(({ event }) => heard.push(event));
    client.onEvent("flash", (_, of) => heard.push(of));
    connection.send("PresenceEvent", { key, event: "flash", payload: { message: "hi" } });
    connection.send("PresenceEvent", { key, event: "other", payload: null });
    expect(heard).toEqual([key, { message: "hi" }, "flash", "other"].sort(byArrival(heard)));
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

/** Order does not matter among listeners; every one was called once. */
function byArrival(heard: unknown[]) {
  return (a: unknown, b: unknown) => {
    const position = (value: unknown) => heard.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
    return position(a) - position(b);
  };
}

describe("a hole in the messages", () => {
  test("ends in one sync, and raises only the real differences", async () => {
    const { server, connection, events, list, sendDiff } = await createLive();
    server.join("eve");
    server.diff();
    server.close("bob");
    sendDiff();
    server.join("zoe");
    sendDiff();
    await settle();
    expect(connection.count("PresenceSync")).toBe(1);
    expect(list()).toEqual(["ada", "eve", "zoe"]);
    expect(events).toEqual(["leave bob", "join eve", "join zoe"]);
  });

  test("is filled while further diffs wait: included ones are dropped, later ones applied", async () => {
    const { server, connection, list, events, sendDiff } = await createLive();
    const answer = deferred<unknown>();
    connection.methods.PresenceSync = () => answer.promise;
    server.join("eve");
    server.diff();
    server.join("max");
    sendDiff();
    const state = server.state("ada");
    server.join("zoe");
    sendDiff();
    server.close("bob");
    sendDiff();
    expect(list()).toEqual(["ada", "bob"]);
    answer.resolve(state);
    await settle();
    expect(list()).toEqual(["ada", "eve", "max", "zoe"]);
    expect([...events].sort()).toEqual(["join eve", "join max", "join zoe", "leave bob"]);
    expect(connection.count("PresenceSync")).toBe(1);
  });

  test("in what waited ends in another sync", async () => {
    const { server, connection, list, sendDiff } = await createLive();
    const answer = deferred<unknown>();
    connection.methods.PresenceSync = () => answer.promise;
    server.join("eve");
    server.diff();
    server.join("max");
    sendDiff();
    const state = server.state("ada");
    server.join("lost");
    server.diff();
    server.join("zoe");
    sendDiff();
    connection.methods.PresenceSync = () => server.state("ada");
    answer.resolve(state);
    await vi.advanceTimersByTimeAsync(500);
    expect(connection.count("PresenceSync")).toBe(2);
    expect(list()).toEqual(["ada", "bob", "eve", "max", "lost", "zoe"]);
  });

  test("never holds more than a bounded number of diffs", async () => {
    const { server, connection, list, sendDiff } = await createLive();
    const answer = deferred<unknown>();
    connection.methods.PresenceSync = () => answer.promise;
    server.join("eve");
    server.diff();
    for (let index = 0; index < 600; index++) {
      server.update("ada", { name: `Ada ${index}` });
      sendDiff();
    }
    connection.methods.PresenceSync = () => server.state("ada");
    answer.resolve(server.state("ada"));
    await settle();
    expect(list()).toEqual(["ada", "bob", "eve"]);
    expect(connection.count("PresenceSync")).toBe(1);
  });

  test("before the first state is filled like any other", async () => {
    const { client, connection, server, list, events, sendDiff } = createClient();
    connection.greet = () => {
      server.close("bob");
      sendDiff();
    };
    client.start();
    await settle();
    expect(list()).toEqual(["ada"]);
    expect(events).toEqual([]);
    expect(connection.count("PresenceSync")).toBe(1);
  });

  test("is also what a message of the wrong shape leaves", async () => {
    const { server, connection, list } = await createLive();
    for (const bad of [{ key, version: "x" }, null, "text", { key, leaves: [] }, undefined, { key: 7 }]) {
      server.join(`user${server.version}`);
      server.diff();
      connection.send("PresenceDiff", bad);
      connection.send("PresenceState", bad);
      connection.send("PresenceEvent", bad);
      await vi.advanceTimersByTimeAsync(15_000);
      expect(list()).toHaveLength(server.users.size);
    }
  });

  test("is not asked about faster and faster when every answer is of no use", async () => {
    const { server, connection, group, sendDiff } = await createLive();
    connection.methods.PresenceSync = () => ({ key, nonsense: true });
    server.join("eve");
    server.diff();
    server.join("zoe");
    sendDiff();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(group.status).toBe("reconnecting");
    expect(connection.count("PresenceSync")).toBeLessThan(15);
    connection.methods.PresenceSync = () => server.state("ada");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(group.status).toBe("live");
    expect(group.getSnapshot().count).toBe(4);
  });

  test("in a hub without PresenceSync is filled by connecting again, once", async () => {
    const { server, connection, list, events, sendDiff } = await createLive();
    delete connection.methods.PresenceSync;
    for (const id of ["eve", "zoe"]) {
      server.join(`${id} lost`);
      server.diff();
      server.join(id);
      sendDiff();
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect(connection.stops).toBe(1);
    expect(connection.starts).toBe(2);
    expect(list()).toEqual(["ada", "bob", "eve lost", "eve"]);
    expect(events).toEqual(["join eve lost", "join eve"]);
    await vi.advanceTimersByTimeAsync(75_000);
    expect(list()).toHaveLength(6);
    expect(connection.stops).toBe(2);
  });

  test("in a group that we are not in makes it offline and empty, without saying that anybody left", async () => {
    const { server, connection, group, events, sendDiff } = await createLive();
    connection.methods.PresenceSync = () => {
      throw hubException("PresenceSync", "This connection is not in the group.");
    };
    server.join("eve");
    server.diff();
    server.join("zoe");
    sendDiff();
    await settle();
    expect(group.getSnapshot()).toMatchObject({ status: "offline", presences: [], count: 0, self: null, epoch: null });
    connection.send("PresenceState", server.state("ada"));
    expect(group.getSnapshot()).toMatchObject({ status: "live", count: 4 });
    expect(events).toEqual([]);
  });
});

describe("a connection", () => {
  test("has each handler once, after fifty reconnects", async () => {
    const { connection, list, events } = await createLive();
    const before = connection.handlerCounts;
    expect(new Set(Object.values(before))).toEqual(new Set([1]));
    for (let index = 0; index < 50; index++) {
      connection.drop();
      await vi.advanceTimersByTimeAsync(15_000);
    }
    expect(connection.starts).toBe(51);
    expect(connection.handlerCounts).toEqual(before);
    expect(list()).toEqual(["ada", "bob"]);
    expect(events).toEqual([]);
  });

  test("that is lost leaves the list visible, and the next one brings only the differences", async () => {
    const { server, connection, group, list, events } = await createLive();
    connection.onStart = () => Promise.reject(new Error("no network"));
    connection.drop();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(group.status).toBe("reconnecting");
    expect(list()).toEqual(["ada", "bob"]);
    server.close("bob");
    server.join("eve");
    connection.onStart = () => undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(group.status).toBe("live");
    expect(events).toEqual(["leave bob", "join eve"]);
  });

  test("is tried at once, then ever later, then every ten seconds, for ever", async () => {
    const { client, connection, group } = createClient();
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    connection.onStart = () => Promise.reject(new Error("no network"));
    client.start();
    const starts: number[] = [];
    for (const wait of [0, 300, 1_000, 2_000, 5_000, 10_000, 10_000, 10_000]) {
      await vi.advanceTimersByTimeAsync(wait);
      starts.push(connection.starts);
    }
    expect(starts).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(group.status).toBe("connecting");
    connection.onStart = () => undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(group.status).toBe("live");
  });

  test("that is closed as soon as it is open is not tried in a tight loop", async () => {
    const { client, connection } = createClient();
    connection.greet = () => connection.drop();
    client.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.starts).toBeLessThan(15);
  });

  test("whose start hangs is given up after a while", async () => {
    const { client, connection, group } = createClient();
    connection.onStart = () => (connection.starts === 1 ? new Promise<void>(() => undefined) : undefined);
    client.start();
    await vi.advanceTimersByTimeAsync(16_000);
    expect(connection.starts).toBe(2);
    expect(group.status).toBe("live");
  });

  test("that brings its state together with the handshake is live at once", async () => {
    const { client, connection, server, group } = createClient();
    connection.greet = () => undefined;
    connection.withHandshake = () => connection.send("PresenceState", server.state("ada"));
    client.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(group.status).toBe("live");
    expect(connection.count("PresenceSync")).toBe(0);
  });

  test("that brings no state is asked for it, and offline if that is refused", async () => {
    const { client, connection, group } = createClient({ stateTimeout: 3_000 });
    connection.greet = () => undefined;
    connection.methods.PresenceSync = () => {
      throw hubException("PresenceSync", "no");
    };
    client.start();
    await vi.advanceTimersByTimeAsync(2_900);
    expect(group.status).toBe("connecting");
    await vi.advanceTimersByTimeAsync(200);
    expect(group.status).toBe("offline");
    expect(connection.count("PresenceSync")).toBe(1);
    expect(connection.stops).toBe(0);
  });

  test("tells the application whenever it is up, so that it can track again", async () => {
    const onConnected = vi.fn();
    const { connection } = await createLive({ onConnected });
    connection.drop();
    await settle();
    expect(onConnected).toHaveBeenCalledTimes(2);
    expect(onConnected).toHaveBeenLastCalledWith(connection);
  });

  test("may be stopped by whoever is told that it is up", async () => {
    const onConnected = vi.fn(() => client.stop());
    const { client, connection, group } = createClient({ onConnected });
    client.start();
    await settle();
    expect(connection.state).toBe("Disconnected");
    expect(group.status).toBe("offline");
  });

  test("that the application started is followed, but neither started nor stopped", async () => {
    const { client, connection, group } = createClient();
    connection.greet = () => undefined;
    await connection.start();
    client.start();
    await settle();
    expect(group.status).toBe("live");
    client.stop();
    await settle();
    expect(connection.state).toBe("Connected");
    expect(connection.starts).toBe(1);
    expect(group.status).toBe("offline");
  });

  test("beats every thirty seconds, and no more once the hub turns out to have no such method", async () => {
    const { connection } = await createLive();
    await vi.advanceTimersByTimeAsync(90_000);
    expect(connection.count("PresenceHeartbeat")).toBe(3);
    delete connection.methods.PresenceHeartbeat;
    await vi.advanceTimersByTimeAsync(90_000);
    expect(connection.count("PresenceHeartbeat")).toBe(4);
  });
});
