import { setAttribute, setStyle, setText } from "../elements/dom.js";
import { field } from "../json.js";
import { displayName, safeColor } from "../safe.js";
import type { Presence } from "../wire.js";

/** A pointer with a name tag. What the style sheet makes of it hangs on its classes and `--presence-color`. */
export class CursorView {
  readonly element: HTMLElement;
  readonly #name: HTMLElement;

  constructor() {
    this.element = document.createElement("div");
    this.element.className = "live-cursor";
    const { style } = this.element;
    style.position = "absolute";
    style.left = "0";
    style.top = "0";
    this.#name = document.createElement("span");
    this.#name.className = "live-cursor-name";
    this.element.append(this.#name);
  }

  /** Shows whose it is. Text is text, never markup. */
  identify({ id, meta }: Presence): void {
    setAttribute(this.element, "data-presence-id", id);
    setText(this.#name, displayName(field(meta, "name")));
    setStyle(this.element, "--presence-color", safeColor(field(meta, "color")));
  }

  /** Moves it to a place in the overlay, in CSS pixels. */
  place(x: number, y: number): void {
    const transform = `translate(${pixels(x)}, ${pixels(y)})`;
    if (this.element.style.transform !== transform) this.element.style.transform = transform;
  }

  set isStill(still: boolean) {
    this.element.classList.toggle("live-cursor-still", still);
  }
}

function pixels(value: number): string {
  return `${Math.round(value * 100) / 100}px`;
}
