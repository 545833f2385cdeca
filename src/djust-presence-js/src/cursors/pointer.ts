import type { Unsubscribe } from "../emitter.js";
import { contentBox, placeIn } from "./content-box.js";
import type { Point, Size } from "./point.js";

/** Where the user's pointer is in an element: mouse, pen or finger. Scrolled away under a pointer at rest, it is elsewhere. */
export class Pointer {
  readonly #element: HTMLElement;
  readonly #size: () => Size;
  /** In the window, while it is over the element. */
  #over: { readonly x: number; readonly y: number } | undefined;
  #place: Point | undefined;

  /** @param size the size of the element's content. */
  constructor(element: HTMLElement, size: () => Size) {
    this.#element = element;
    this.#size = size;
  }

  /** Calls back when the pointer moves, which can be many times in one animation frame: {@link read} is for its end. */
  watch(moved: () => void): Unsubscribe {
    const ended = new AbortController();
    const follow = (event: PointerEvent): void => {
      if (!event.isPrimary) return;
      this.#over = { x: event.clientX, y: event.clientY };
      moved();
    };
    const leave = (event: PointerEvent): void => {
      if (!event.isPrimary) return;
      // It stays where it was last, whatever scrolls by from now on.
      this.read();
      this.#over = undefined;
    };
    // Captured, so that what is in the element cannot keep them to itself.
    const early = { signal: ended.signal, capture: true, passive: true };
    this.#element.addEventListener("pointermove", follow, early);
    this.#element.addEventListener("pointerdown", follow, early);
    this.#element.addEventListener("pointerleave", leave, { signal: ended.signal });
    return () => ended.abort();
  }

  /** The place in the element; `undefined` as long as there was none. */
  read(): Point | undefined {
    if (this.#over !== undefined) {
      const box = contentBox(this.#element, this.#size());
      this.#place = placeIn(box, this.#over.x, this.#over.y) ?? this.#place;
    }
    return this.#place;
  }
}
