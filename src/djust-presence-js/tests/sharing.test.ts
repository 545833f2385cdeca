import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PresenceClient } from "../src/client.js";
import { FakeConnection } from "./fake-connection.js";

function createHub(url: string) {
  const connections: FakeConnection[] = [];
  const createConnection = () => {
    const connection = new FakeConnection();
    connections.push(connection);
    return connection;
  };
  return { connections, client: () => PresenceClient.for(url, { createConnection }) };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a shared client", () => {
  test("is one for each hub", () => {
    const hub = createHub("/hubs/one");
    expect(hub.client()).toBe(hub.client());
    expect(hub.client()).not.toBe(createHub("/hubs/two").client());
    expect(hub.connections).toHaveLength(1);
    const connection = new FakeConnection();
    expect(PresenceClient.for(connection)).toBe(PresenceClient.for(connection));
  });

  test("survives mount, unmount and mount within ten milliseconds", async () => {
    const hub = createHub("/hubs/strict");
    hub.client().acquire();
    await settle();
    hub.client().release();
    await vi.advanceTimersByTimeAsync(10);
    hub.client().acquire();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hub.connections).toHaveLength(1);
    expect(hub.connections[0]).toMatchObject({ state: "Connected", starts: 1, stops: 0 });
  });

  test("stops a short time after the last user, and is forgotten", async () => {
    const hub = createHub("/hubs/last");
    const before = hub.client();
    before.acquire();
    before.acquire();
    await settle();
    before.release();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hub.connections[0]!.stops).toBe(0);
    before.release();
    await vi.advanceTimersByTimeAsync(1_100);
    expect(hub.connections[0]!.state).toBe("Disconnected");
    expect(hub.client()).not.toBe(before);
  });

  test("that the application started stays when the last user goes", async () => {
    const hub = createHub("/hubs/pinned");
    hub.client().start();
    hub.client().acquire();
    await settle();
    hub.client().release();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hub.connections[0]!.state).toBe("Connected");
  });
});
