import { Glide } from "./glide.js";
import type { Point } from "./point.js";

/** After a longer silence, in milliseconds, where the cursor was says nothing about how it came to where it is. */
const longestGap = 1_000;
/** How much the newest interval counts in the mean. */
const weight = 0.25;

/**
 * Makes a movement of the positions that arrive one by one. Between two of them it glides, with the velocity that it has, for
 * as long as they are usually apart; it never passes the newest one, and is exactly there at most two ticks after it came.
 * Times are milliseconds of one clock.
 */
export class Smoother {
  readonly #tick: number;
  #interval: number;
  #latest: Point | undefined;
  #receivedAt = 0;
  #x = new Glide(0, 0, 1, 0, 0);
  #y = this.#x;

  /** @param tick milliseconds between two frames of the server, as configured. */
  constructor(tick: number) {
    this.#tick = tick;
    this.#interval = tick;
  }

  /** @param animate `false` jumps. So do the first position, and one after a silence of more than a second. */
  receive(point: Point, now: number, animate = true): void {
    const before = this.#latest;
    const gap = now - this.#receivedAt;
    const here = this.at(now);
    const velocity = { x: this.#x.velocity(gap), y: this.#y.velocity(gap) };
    this.#latest = point;
    this.#receivedAt = now;
    if (before === undefined || here === undefined || gap > longestGap || !animate) return this.jump();
    // A pause, or several frames at once after a hitch of the network, is no interval.
    const apart = Math.min(Math.max(gap, this.#tick / 2), this.#tick * 2);
    this.#interval += (apart - this.#interval) * weight;
    this.#x = new Glide(here.x, point.x, this.#interval, velocity.x, (point.x - before.x) / apart);
    this.#y = new Glide(here.y, point.y, this.#interval, velocity.y, (point.y - before.y) / apart);
  }

  /** Where the cursor is to be drawn; `undefined` before the first position. */
  at(now: number): Point | undefined {
    if (this.#latest === undefined) return undefined;
    const elapsed = now - this.#receivedAt;
    return { x: this.#x.at(elapsed), y: this.#y.at(elapsed) };
  }

  /** Whether it will be elsewhere later, if nothing more arrives. */
  isMoving(now: number): boolean {
    return now - this.#receivedAt < this.#x.duration && (this.#x.from !== this.#x.to || this.#y.from !== this.#y.to);
  }

  /** Goes to the newest position at once. */
  jump(): void {
    if (this.#latest === undefined) return;
    const { x, y } = this.#latest;
    this.#x = new Glide(x, x, this.#interval, 0, 0);
    this.#y = new Glide(y, y, this.#interval, 0, 0);
  }
}
