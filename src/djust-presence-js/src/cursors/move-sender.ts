import { NextFrame } from "./next-frame.js";
import type { Point } from "./point.js";

export interface MovePort {
  /** Whether a move would arrive. */
  isReady(): boolean;
  /** Where the pointer is now. */
  read(): Point | undefined;
  send(point: Point): void;
}

/** Sends where the pointer is: at most once in an animation frame and in a tick, and always the last position. */
export class MoveSender {
  readonly #tick: number;
  readonly #port: MovePort;
  readonly #frame = new NextFrame(() => this.#work());
  #sent: Point | undefined;
  #sentAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param tick milliseconds. */
  constructor(tick: number, port: MovePort) {
    this.#tick = tick;
    this.#port = port;
  }

  /** The pointer may be elsewhere, or the port be ready. */
  request(): void {
    // A timer that is running will read what is true by then.
    if (this.#timer === undefined) this.#frame.request();
  }

  /** Nobody knows what was sent before. */
  forget(): void {
    this.#sent = undefined;
  }

  stop(): void {
    this.#frame.cancel();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #work(): void {
    if (!this.#port.isReady()) return;
    const point = this.#port.read();
    if (point === undefined || (point.x === this.#sent?.x && point.y === this.#sent.y)) return;
    const now = performance.now();
    const wait = this.#sentAt + this.#tick - now;
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#work();
      }, wait);
      return;
    }
    this.#sent = point;
    this.#sentAt = now;
    this.#port.send(point);
  }
}
