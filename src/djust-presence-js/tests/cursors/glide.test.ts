import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Glide } from "../../src/cursors/glide.js";

// Doubles alone are nearly all next to zero.
const coordinate = fc.oneof(fc.integer({ min: 0, max: 10_000 }).map((value) => value / 10_000), fc.double({ min: 0, max: 1, noNaN: true }));
const velocity = fc.oneof(fc.integer({ min: -1_000, max: 1_000 }).map((value) => value / 1_000), fc.double({ min: -1, max: 1, noNaN: true }));
const duration = fc.integer({ min: 1, max: 200 });
const glide = fc.tuple(coordinate, coordinate, duration, velocity, velocity).map((args) => new Glide(...args));
const steps = Array.from({ length: 101 }, (_, index) => index / 100);

describe("a glide", () => {
  test("never goes back, and never beyond either end, whatever the velocities", () => {
    fc.assert(
      fc.property(glide, (one) => {
        const [low, high] = [Math.min(one.from, one.to), Math.max(one.from, one.to)];
        const towards = Math.sign(one.to - one.from);
        let previous = one.from;
        for (const step of steps) {
          const value = one.at(step * one.duration);
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
          expect((value - previous) * towards).toBeGreaterThanOrEqual(-1e-12);
          previous = value;
        }
      }),
    );
  });

  test("begins where it begins, and ends exactly where it ends", () => {
    fc.assert(
      fc.property(glide, (one) => {
        expect(one.at(0)).toBe(one.from);
        expect(one.at(one.duration)).toBe(one.to);
        expect(one.at(one.duration * 100)).toBe(one.to);
      }),
    );
  });

  test("has the velocities it was given, where they lead towards its end", () => {
    const one = new Glide(0, 1, 100, 0.02, 0.005);
    expect(one.velocity(0)).toBeCloseTo(0.02);
    expect(one.velocity(100)).toBeCloseTo(0.005);
    expect(one.at(1) / 1).toBeCloseTo(0.02, 2);
    expect(new Glide(0, 1, 100, -5, 0).velocity(0)).toBeCloseTo(0);
  });

  test("says how fast it is at any moment", () => {
    const one = new Glide(0.2, 0.9, 100, 0.01, 0.002);
    for (const at of [10, 35, 50, 80]) expect(one.velocity(at)).toBeCloseTo((one.at(at + 0.01) - one.at(at - 0.01)) / 0.02, 6);
  });

  test("is at rest a while after its end", () => {
    const one = new Glide(0, 1, 100, 0.01, 0.01);
    expect(one.velocity(150)).toBeCloseTo(0.01);
    expect(one.velocity(200)).toBe(0);
  });
});
