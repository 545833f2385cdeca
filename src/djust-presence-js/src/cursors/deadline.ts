/** Runs something at the earliest of the moments that were asked for. It asks again for those that are left. */
export class Deadline {
  readonly #run: (now: number) => void;
  #at = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(run: (now: number) => void) {
    this.#run = run;
  }

  /** @param at of `performance.now()`. */
  by(at: number): void {
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(() => {
      this.#at = Infinity;
      this.#run(performance.now());
    }, at - performance.now());
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#at = Infinity;
  }
}
