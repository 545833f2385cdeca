/** The steepest that a cubic may leave or arrive, as a multiple of its mean slope, without passing either end (Fritsch and Carlson). */
const steepest = 3;

/** A movement along one axis: from here to there, in so many milliseconds, never back and never beyond. */
export class Glide {
  readonly from: number;
  readonly to: number;
  readonly duration: number;
  readonly #departure: number;
  readonly #arrival: number;

  /**
   * @param departure the velocity to begin with, per millisecond.
   * @param arrival the velocity to end with. Of both, what would overshoot is cut.
   */
  constructor(from: number, to: number, duration: number, departure: number, arrival: number) {
    this.from = from;
    this.to = to;
    this.duration = duration;
    this.#departure = this.#relative(departure);
    this.#arrival = this.#relative(arrival);
  }

  /** Where the movement is after so many milliseconds: from its duration on exactly at its end. */
  at(elapsed: number): number {
    if (elapsed >= this.duration) return this.to;
    if (elapsed <= 0) return this.from;
    const t = elapsed / this.duration;
    const way = this.#departure * t * (1 - t) ** 2 + t * t * (3 - 2 * t) - this.#arrival * t * t * (1 - t);
    const value = this.from + (this.to - this.from) * way;
    return Math.min(Math.max(value, Math.min(this.from, this.to)), Math.max(this.from, this.to));
  }

  /** How fast it is then. One that has arrived keeps its velocity for as long again, for the next one may be a little late. */
  velocity(elapsed: number): number {
    if (elapsed >= 2 * this.duration) return 0;
    const t = Math.min(Math.max(elapsed / this.duration, 0), 1);
    const slope = this.#departure * (1 - t) * (1 - 3 * t) + 6 * t * (1 - t) + this.#arrival * t * (3 * t - 2);
    return (slope * (this.to - this.from)) / this.duration;
  }

  #relative(velocity: number): number {
    const slope = (this.to - this.from) / this.duration;
    return slope === 0 ? 0 : Math.min(Math.max(velocity / slope, 0), steepest);
  }
}
