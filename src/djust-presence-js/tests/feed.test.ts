import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createClient, createLive, deferred, key, settle } from "./create-client.js";
import { hubException } from "./fake-connection.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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

  test("is not filled by an answer that comes after the next connection's state", async () => {
    const { server, connection, list, events, sendDiff } = await createLive();
    const answer = deferred<unknown>();
    connection.methods.PresenceSync = () => answer.promise;
    server.join("eve");
    server.diff();
    server.join("zoe");
    sendDiff();
    const old = server.state("ada");
    server.close("zoe");
    connection.drop();
    await settle();
    expect(list()).toEqual(["ada", "bob", "eve"]);
    answer.resolve(old);
    await settle();
    expect(list()).toEqual(["ada", "bob", "eve"]);
    expect(events).toEqual(["join eve"]);
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
      connection.deliver("PresenceDiff", bad);
      connection.deliver("PresenceState", bad);
      connection.deliver("PresenceEvent", bad);
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
    connection.deliver("PresenceState", server.state("ada"));
    expect(group.getSnapshot()).toMatchObject({ status: "live", count: 4 });
    expect(events).toEqual([]);
  });
});
