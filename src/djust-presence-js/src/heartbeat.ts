import { failureOf } from "./failure.js";

/** Tells the server every now and then that this connection is alive. */
export class Heartbeat {
  readonly #interval: number;
  readonly #beat: () => Promise<unknown>;
  #timer: ReturnType<typeof setInterval> | undefined;
  #last = 0;

  /** @param interval milliseconds. */
  constructor(interval: number, beat: () => Promise<unknown>) {
    this.#interval = interval;
    this.#beat = beat;
  }

  start(): void {
    this.stop();
    this.#last = Date.now();
    this.#timer = setInterval(() => this.#send(), this.#interval);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Browsers let the timers of a hidden page run late; whatever else wakes the page sends the beat that is due. */
  catchUp(): void {
    if (this.#timer !== undefined && Date.now() - this.#last >= this.#interval) this.#send();
  }

  #send(): void {
    this.#last = Date.now();
    this.#beat().catch((error: unknown) => {
      // A hub may do without the method. A beat that is lost for another reason is followed by the next.
      if (failureOf(error) === "missing") this.stop();
    });
  }
}
