// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PresenceClient } from "../src/client.js";
import { FakeConnection } from "./fake-connection.js";

let client: PresenceClient;
let connection: FakeConnection;

const settle = () => vi.advanceTimersByTimeAsync(0);
const hide = () => window.dispatchEvent(new Event("pagehide"));
const show = () => window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
const becomeVisible = () => document.dispatchEvent(new Event("visibilitychange"));
const goOnline = () => window.dispatchEvent(new Event("online"));

beforeEach(async () => {
  vi.useFakeTimers();
  connection = new FakeConnection();
  connection.methods = { PresenceHeartbeat: () => undefined };
  client = new PresenceClient({ hub: connection });
  client.start();
  await settle();
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

describe("a page", () => {
  test("that goes away closes the connection at once, and does not open it again by itself", async () => {
    hide();
    hide();
    expect(connection.state).toBe("Disconnecting");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection).toMatchObject({ state: "Disconnected", starts: 1, stops: 1 });
  });

  test("that comes back opens it once, however often it is told", async () => {
    hide();
    await settle();
    [show, becomeVisible, goOnline, show].forEach((tell) => tell());
    await settle();
    [show, becomeVisible, goOnline].forEach((tell) => tell());
    await vi.advanceTimersByTimeAsync(20_000);
    expect(connection).toMatchObject({ state: "Connected", starts: 2, stops: 1 });
  });

  test("that comes back while it is still going away ends up connected", async () => {
    hide();
    show();
    await settle();
    expect(connection).toMatchObject({ state: "Connected", starts: 2, stops: 1 });
    hide();
    show();
    hide();
    await settle();
    expect(connection).toMatchObject({ state: "Disconnected", starts: 2, stops: 2 });
  });

  test("that goes away while it connects gives that up", async () => {
    connection.onStart = () => new Promise<void>(() => undefined);
    connection.drop();
    await settle();
    expect(connection.state).toBe("Connecting");
    hide();
    await settle();
    expect(connection.state).toBe("Disconnected");
  });

  test.each([
    ["becomes visible", becomeVisible],
    ["gets its network back", goOnline],
  ])("that %s tries at once, instead of waiting for the next attempt", async (_, wake) => {
    connection.onStart = () => Promise.reject(new Error("no network"));
    connection.drop();
    await vi.advanceTimersByTimeAsync(60_000);
    connection.onStart = () => undefined;
    wake();
    await settle();
    expect(connection.state).toBe("Connected");
  });

  test("that becomes visible sends the heartbeat that a throttled timer owes", async () => {
    const now = Date.now();
    vi.setSystemTime(now + 45_000);
    becomeVisible();
    becomeVisible();
    expect(connection.count("PresenceHeartbeat")).toBe(1);
  });

  test("is not listened to any more once the client is stopped", async () => {
    client.stop();
    await settle();
    [show, becomeVisible, goOnline].forEach((tell) => tell());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.starts).toBe(1);
  });
});
