// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { watchGeometry } from "../../src/cursors/geometry.js";

/** The sizes that are watched: there are none without a browser. */
class FakeResizeObserver {
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  observe(element: Element): void {
    watched.set(element, this.#changed);
  }

  unobserve(element: Element): void {
    watched.delete(element);
  }

  disconnect(): void {
    watched.clear();
  }
}

const watched = new Map<Element, () => void>();
let element: HTMLElement;

beforeEach(() => {
  watched.clear();
  vi.stubGlobal("ResizeObserver", FakeResizeObserver);
  document.body.innerHTML = "<main><p></p></main>";
  element = document.querySelector("main")!;
});

describe("the geometry of an element", () => {
  test("changes with its size, and with the size of what is in it", () => {
    const changed = vi.fn();
    watchGeometry(element, changed);
    expect([...watched.keys()]).toEqual([element, element.firstElementChild]);
    watched.get(element)!();
    watched.get(element.firstElementChild!)!();
    expect(changed).toHaveBeenCalledTimes(2);
  });

  test("changes with children that come and go", async () => {
    const changed = vi.fn();
    watchGeometry(element, changed);
    const added = document.createElement("b");
    element.replaceChildren("text", added);
    await vi.waitFor(() => expect(changed).toHaveBeenCalled());
    expect([...watched.keys()]).toEqual([element, added]);
  });

  test("is nobody's concern after the end", async () => {
    const changed = vi.fn();
    watchGeometry(element, changed)();
    window.dispatchEvent(new Event("resize"));
    document.dispatchEvent(new Event("scroll"));
    element.replaceChildren();
    await Promise.resolve();
    expect(watched.size).toBe(0);
    expect(changed).not.toHaveBeenCalled();
  });
});
