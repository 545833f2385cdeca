import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "../../src/cursors/point.js";
import { Smoother } from "../../src/cursors/smoother.js";

const tick = 50;
// Doubles alone are nearly all next to zero.
const coordinate = fc.oneof(fc.integer({ min: 0, max: 10_000 }).map((value) => value / 10_000), fc.double({ min: 0, max: 1, noNaN: true }));
const place = fc.record({ x: coordinate, y: coordinate });
const arrivals = fc.array(fc.record({ place, gap: fc.integer({ min: 0, max: 400 }) }), { minLength: 1, maxLength: 20 });
const axes = ["x", "y"] as const;

/** Each position with the time it comes, and with the time of the next one. */
function timed(list: readonly { readonly place: Point; readonly gap: number }[]) {
  let now = 1_000;
  return list.map(({ place, gap }, index) => ({ place, now: (now += gap), until: now + (list[index + 1]?.gap ?? 500) }));
}

describe("a smoothed movement", () => {
  test("goes straight from where it is to the newest position, and never past it", () => {
    fc.assert(
      fc.property(arrivals, (list) => {
        const smoother = new Smoother(tick);
        for (const { place, now, until } of timed(list)) {
          const before = smoother.at(now) ?? place;
          smoother.receive(place, now);
          let previous = before;
          for (let time = now; time <= until; time += 7) {
            const at = smoother.at(time)!;
            for (const axis of axes) {
              expect(at[axis]).toBeGreaterThanOrEqual(Math.min(before[axis], place[axis]));
              expect(at[axis]).toBeLessThanOrEqual(Math.max(before[axis], place[axis]));
              expect(Math.abs(place[axis] - at[axis])).toBeLessThanOrEqual(Math.abs(place[axis] - previous[axis]) + 1e-12);
            }
            previous = at;
          }
        }
      }),
    );
  });

  test("is exactly at the last position two ticks after it, and stays there", () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 0, max: 100_000 }), (list, later) => {
        const smoother = new Smoother(tick);
        const all = timed(list);
        all.forEach(({ place, now }) => smoother.receive(place, now));
        const last = all.at(-1)!;
        expect(smoother.at(last.now + 2 * tick + later)).toEqual(last.place);
        expect(smoother.isMoving(last.now + 2 * tick)).toBe(false);
      }),
    );
  });

  test("does not tear where a new position comes", () => {
    fc.assert(
      fc.property(arrivals, (list) => {
        const smoother = new Smoother(tick);
        for (const { place, now } of timed(list)) {
          const before = smoother.at(now);
          smoother.receive(place, now);
          if (before !== undefined) expect(smoother.at(now)).toEqual(before);
        }
      }),
    );
  });

  test("at a constant speed is drawn at nearly that speed throughout", () => {
    const smoother = new Smoother(tick);
    const speeds: number[] = [];
    for (let time = 0; time <= 1_000; time++) {
      const before = smoother.at(time - 0.5)?.x ?? 0;
      if (time % tick === 0) smoother.receive({ x: time / 2_000, y: 0 }, time);
      if (time > 300) speeds.push(smoother.at(time + 0.5)!.x - before);
    }
    expect(Math.min(...speeds)).toBeGreaterThan(0.8 / 2_000);
    expect(Math.max(...speeds)).toBeLessThan(1.2 / 2_000);
  });

  test("takes as long as positions are usually apart", () => {
    const smoother = new Smoother(tick);
    let now = 0;
    for (let index = 0; index < 40; index++) smoother.receive({ x: index / 40, y: 0 }, (now += 80));
    expect(smoother.isMoving(now + 70)).toBe(true);
    expect(smoother.isMoving(now + 81)).toBe(false);
  });

  test("jumps after a silence of more than a second, then glides again", () => {
    const smoother = new Smoother(tick);
    smoother.receive({ x: 0, y: 0 }, 0);
    smoother.receive({ x: 1, y: 1 }, 1_001);
    expect(smoother.at(1_001)).toEqual({ x: 1, y: 1 });
    smoother.receive({ x: 0, y: 0 }, 1_051);
    expect(smoother.at(1_051)).toEqual({ x: 1, y: 1 });
    expect(smoother.at(1_076)!.x).toBeGreaterThan(0.1);
    expect(smoother.at(1_076)!.x).toBeLessThan(0.9);
  });

  test("glides after a silence of a second", () => {
    const smoother = new Smoother(tick);
    smoother.receive({ x: 0, y: 0 }, 0);
    smoother.receive({ x: 1, y: 1 }, 1_000);
    expect(smoother.at(1_000)).toEqual({ x: 0, y: 0 });
  });

  test("is where it is at once if it is not to be animated, or told to jump", () => {
    const smoother = new Smoother(tick);
    smoother.receive({ x: 0, y: 0 }, 0);
    smoother.receive({ x: 1, y: 1 }, 50, false);
    expect(smoother.at(50)).toEqual({ x: 1, y: 1 });
    expect(smoother.isMoving(50)).toBe(false);
    smoother.receive({ x: 0, y: 0 }, 100);
    smoother.jump();
    expect(smoother.at(100)).toEqual({ x: 0, y: 0 });
  });

  test("has no place before the first position", () => {
    const smoother = new Smoother(tick);
    smoother.jump();
    expect(smoother.at(0)).toBeUndefined();
    expect(smoother.isMoving(0)).toBe(false);
  });
});
