import type { Size } from "./point.js";

/**
 * A layer over all of an element's content, which takes no clicks and scrolls along. An element that is not positioned becomes
 * `position: relative` for as long.
 */
export class Overlay {
  readonly #element: HTMLElement;
  readonly #root: HTMLElement;
  readonly #position: string | undefined;
  #size: Size = { width: 0, height: 0 };

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#root = element.ownerDocument.createElement("div");
    this.#root.className = "live-cursors-overlay";
    this.#root.setAttribute("aria-hidden", "true");
    // These are no matter of looks, so that they do not wait for the style sheet.
    const { style } = this.#root;
    const needed = { position: "absolute", top: "0", "inset-inline-start": "0", overflow: "hidden", contain: "strict", "pointer-events": "none" };
    for (const [property, value] of Object.entries(needed)) style.setProperty(property, value);
    if (getComputedStyle(element).position === "static") {
      this.#position = element.style.position;
      element.style.position = "relative";
    }
    element.append(this.#root);
  }

  /** The size of the element's content, as far as it scrolls; without this layer, which must not make it any larger. */
  get size(): Size {
    const { scrollWidth: width, scrollHeight: height } = this.#element;
    if (width !== this.#size.width || height !== this.#size.height) this.#fit();
    return this.#size;
  }

  append(view: Element): void {
    // An application that writes all of the element's content anew has taken the layer out.
    if (this.#root.parentNode !== this.#element) this.#element.append(this.#root);
    this.#root.append(view);
  }

  remove(): void {
    this.#root.remove();
    if (this.#position !== undefined) this.#element.style.position = this.#position;
  }

  #fit(): void {
    const { style } = this.#root;
    style.display = "none";
    const { scrollWidth: width, scrollHeight: height } = this.#element;
    this.#size = { width, height };
    // A pixel less than the content: when that shrinks, the element's scroll size shows it.
    style.width = `${Math.max(width - 1, 0)}px`;
    style.height = `${Math.max(height - 1, 0)}px`;
    style.display = "";
  }
}
