// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Pointer } from "../../src/cursors/pointer.js";
import { layOut, point, type Layout } from "./layout.js";

let element: HTMLElement;
let layout: Layout;
let pointer: Pointer;
const moved = vi.fn();

beforeEach(() => {
  document.body.innerHTML = "<main><p></p></main>";
  element = document.querySelector("main")!;
  layout = layOut(element, { contentHeight: 1_000 });
  pointer = new Pointer(element, () => ({ width: element.scrollWidth, height: element.scrollHeight }));
  moved.mockClear();
});

describe("a pointer", () => {
  test("is nowhere before it moves", () => {
    pointer.watch(moved);
    expect(pointer.read()).toBeUndefined();
  });

  test.each(["pointermove", "pointerdown"])("is where its last %s was", (type) => {
    pointer.watch(moved);
    point(element, type, 100, 500);
    point(element, type, 200, 100);
    expect(pointer.read()).toEqual({ x: 0.5, y: 0.1 });
    expect(moved).toHaveBeenCalledTimes(2);
  });

  test("is heard over what is in the element, even if that stops its events", () => {
    pointer.watch(moved);
    const child = element.querySelector("p")!;
    child.addEventListener("pointermove", (event) => event.stopPropagation());
    point(child, "pointermove", 200, 100);
    expect(pointer.read()).toEqual({ x: 0.5, y: 0.1 });
  });

  test("is the first finger only", () => {
    pointer.watch(moved);
    point(element, "pointermove", 200, 100);
    point(element, "pointermove", 0, 0, false);
    point(element, "pointerleave", 0, 0, false);
    layout.scrollTop = 400;
    expect(pointer.read()).toEqual({ x: 0.5, y: 0.5 });
  });

  test("at rest is at another place when the content scrolls or has another size", () => {
    pointer.watch(moved);
    point(element, "pointermove", 200, 100);
    layout.scrollTop = 400;
    expect(pointer.read()).toEqual({ x: 0.5, y: 0.5 });
    layout.contentHeight = 2_000;
    expect(pointer.read()).toEqual({ x: 0.5, y: 0.25 });
  });

  test("that has left stays at its last place, whatever scrolls", () => {
    pointer.watch(moved);
    point(element, "pointermove", 200, 100);
    point(element, "pointerleave", 900, 900);
    layout.scrollTop = 400;
    expect(pointer.read()).toEqual({ x: 0.5, y: 0.1 });
  });

  test("is at its last place in an element that is not shown any more", () => {
    pointer.watch(moved);
    point(element, "pointermove", 200, 100);
    expect(pointer.read()).toEqual({ x: 0.5, y: 0.1 });
    Object.assign(layout, { width: 0, height: 0, contentHeight: 0 });
    expect(pointer.read()).toEqual({ x: 0.5, y: 0.1 });
  });

  test("is not followed for ever", () => {
    const end = pointer.watch(moved);
    end();
    point(element, "pointermove", 200, 100);
    expect(moved).not.toHaveBeenCalled();
  });
});
