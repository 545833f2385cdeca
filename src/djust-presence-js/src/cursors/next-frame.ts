/** Runs something in the next animation frame, once, however often it was asked for. A hidden page has no frames. */
export class NextFrame {
  readonly #run: () => void;
  #handle: number | undefined;

  constructor(run: () => void) {
    this.#run = run;
  }

  request(): void {
    this.#handle ??= requestAnimationFrame(() => {
      this.#handle = undefined;
      this.#run();
    });
  }

  cancel(): void {
    if (this.#handle !== undefined) cancelAnimationFrame(this.#handle);
    this.#handle = undefined;
  }
}
