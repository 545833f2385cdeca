// @vitest-environment happy-dom
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MoveSender } from "../../src/cursors/move-sender.js";
import type { Point } from "../../src/cursors/point.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createSender(tick = 50) {
  const sent: (Point & { readonly at: number })[] = [];
  const port = {
    place: undefined as Point | undefined,
    ready: true,
    reads: 0,
    isReady: () => port.ready,
    read: () => (port.reads++, port.place),
    send: (point: Point) => void sent.push({ ...point, at: performance.now() }),
  };
  const sender = new MoveSender(tick, port);
  const move = (x: number) => {
    port.place = { x, y: 0 };
    sender.request();
  };
  return { sender, port, sent, move, places: () => sent.map(({ x }) => x) };
}

describe("moves", () => {
  test("are sent in the next animation frame, the newest of them", async () => {
    const { sent, move, places, port } = createSender();
    for (let x = 1; x <= 20; x++) move(x);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(16);
    expect(places()).toEqual([20]);
    expect(port.reads).toBe(1);
  });

  test("are sent once in a tick, and the last one always", async () => {
    const { sent, move, places } = createSender();
    for (let x = 0; x < 1_000; x++) {
      move(x);
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(sent.length).toBeGreaterThan(15);
    expect(sent.length).toBeLessThanOrEqual(21);
    expect(places().at(-1)).toBe(999);
  });

  test.each([5, 50, 200])("whenever they come, keep a tick of %i ms and end with the last", async (tick) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 40 }), async (gaps) => {
        const { sent, move, places } = createSender(tick);
        for (const [index, gap] of gaps.entries()) {
          move(index);
          await vi.advanceTimersByTimeAsync(gap);
        }
        await vi.advanceTimersByTimeAsync(tick + 17);
        expect(places().at(-1)).toBe(gaps.length - 1);
        const apart = sent.slice(1).map(({ at }, index) => at - sent[index]!.at);
        // An animation frame of the fake clock takes 16 ms.
        for (const gap of apart) expect(gap).toBeGreaterThanOrEqual(Math.max(tick, 16));
      }),
      { numRuns: 50 },
    );
  });

  test("to where the pointer is already are none", async () => {
    const { sent, move } = createSender();
    for (let index = 0; index < 5; index++) {
      move(1);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(sent).toHaveLength(1);
  });

  test("wait until they would arrive", async () => {
    const { sender, port, sent, move, places } = createSender();
    move(1);
    await vi.advanceTimersByTimeAsync(16);
    move(2);
    await vi.advanceTimersByTimeAsync(16);
    port.ready = false;
    await vi.advanceTimersByTimeAsync(1_000);
    move(3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(places()).toEqual([1]);
    port.ready = true;
    sender.request();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(places()).toEqual([1, 3]);
    expect(sent).toHaveLength(2);
  });

  test("that nobody knows of any more are sent again, once", async () => {
    const { sender, move, places } = createSender();
    move(1);
    await vi.advanceTimersByTimeAsync(100);
    sender.forget();
    sender.request();
    sender.request();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(places()).toEqual([1, 1]);
  });

  test("end when they are stopped", async () => {
    const { sender, move, places } = createSender();
    move(1);
    await vi.advanceTimersByTimeAsync(16);
    move(2);
    await vi.advanceTimersByTimeAsync(16);
    sender.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(places()).toEqual([1]);
  });
});
