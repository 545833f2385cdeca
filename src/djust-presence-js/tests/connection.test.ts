import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createClient, createLive, settle } from "./create-client.js";
import { hubException } from "./fake-connection.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
    connection.withHandshake = () => connection.deliver("PresenceState", server.state("ada"));
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

  test("tells whoever listens whenever it is up", async () => {
    const { client, connection } = await createLive();
    const connected = vi.fn(() => expect(client.isConnected).toBe(true));
    const end = client.onConnected(connected);
    connection.drop();
    await settle();
    expect(connected).toHaveBeenCalledTimes(1);
    end();
    connection.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connected).toHaveBeenCalledTimes(1);
  });

  test("is sent what needs no answer", async () => {
    const { client, connection } = await createLive();
    await client.send("Wave", 1, "two");
    expect(connection.calls.at(-1)).toEqual(["Wave", 1, "two"]);
    connection.drop();
    await expect(client.send("Wave")).rejects.toThrow();
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
