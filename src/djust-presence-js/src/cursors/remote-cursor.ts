import type { Presence } from "../wire.js";
import { CursorView } from "./cursor-view.js";
import type { Overlay } from "./overlay.js";
import type { Point, Size } from "./point.js";
import { Smoother } from "./smoother.js";

/** The cursor of one other connection. It is drawn as soon as it is known whose it is. */
export class RemoteCursor {
  readonly #smoother: Smoother;
  #owner: Presence | undefined;
  #view: CursorView | undefined;
  #still = false;
  movedAt = 0;

  /** @param tick milliseconds between two frames of the server. */
  constructor(tick: number) {
    this.#smoother = new Smoother(tick);
  }

  move(point: Point, now: number, animate: boolean): void {
    this.movedAt = now;
    this.#rest(false);
    this.#smoother.receive(point, now, animate);
  }

  /** @returns `false` if the owner was known and is not any more. */
  identify(owner: Presence | undefined): boolean {
    const stays = owner !== undefined || this.#owner === undefined;
    // Unchanged presences are the same objects in every state.
    if (owner !== undefined && owner !== this.#owner) this.#view?.identify(owner);
    this.#owner = owner;
    return stays;
  }

  /** @returns whether it is to be drawn again in the next animation frame. */
  draw(now: number, { width, height }: Size, overlay: Overlay): boolean {
    const point = this.#smoother.at(now);
    if (this.#owner === undefined || point === undefined) return false;
    if (this.#view === undefined) {
      this.#view = new CursorView();
      this.#view.identify(this.#owner);
      this.#view.isStill = this.#still;
    }
    if (!this.#view.element.isConnected) overlay.append(this.#view.element);
    this.#view.place(point.x * width, point.y * height);
    return this.#smoother.isMoving(now);
  }

  /** Stillness is not absence: the cursor steps back, no more. */
  rest(): void {
    this.#rest(true);
  }

  jump(): void {
    this.#smoother.jump();
  }

  remove(): void {
    this.#view?.element.remove();
  }

  #rest(still: boolean): void {
    if (still === this.#still) return;
    this.#still = still;
    if (this.#view !== undefined) this.#view.isStill = still;
  }
}
