// @vitest-environment happy-dom
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentBox, placeIn } from "../../src/cursors/content-box.js";
import { layOut, type Layout } from "./layout.js";

function createElement(layout: Partial<Layout>): HTMLElement {
  const element = document.createElement("div");
  document.body.replaceChildren(element);
  layOut(element, layout);
  return element;
}

function place(element: HTMLElement, clientX: number, clientY: number) {
  return placeIn(contentBox(element, { width: element.scrollWidth, height: element.scrollHeight }), clientX, clientY);
}

describe("a place in the content", () => {
  test("is a share of its width and height", () => {
    const element = createElement({ left: 100, top: 50, width: 400, height: 200 });
    expect(place(element, 100, 50)).toEqual({ x: 0, y: 0 });
    expect(place(element, 300, 100)).toEqual({ x: 0.5, y: 0.25 });
    expect(place(element, 500, 250)).toEqual({ x: 1, y: 1 });
  });

  test("counts what is scrolled out of sight", () => {
    const element = createElement({ width: 400, height: 200, contentWidth: 800, contentHeight: 1_000, scrollLeft: 400, scrollTop: 500 });
    expect(place(element, 0, 0)).toEqual({ x: 0.5, y: 0.5 });
    expect(place(element, 200, 100)).toEqual({ x: 0.75, y: 0.6 });
  });

  test("does not count the border", () => {
    const element = createElement({ width: 420, height: 220, border: 10 });
    expect(place(element, 10, 10)).toEqual({ x: 0, y: 0 });
    expect(place(element, 210, 110)).toEqual({ x: 0.5, y: 0.5 });
  });

  test("is the same whatever the zoom of the element", () => {
    const plain = createElement({ left: 20, contentWidth: 800, scrollLeft: 100, border: 2 });
    const expected = place(plain, 20 + 2 + 60, 2 + 30);
    const zoomed = createElement({ left: 20, contentWidth: 800, scrollLeft: 100, border: 2, scale: 1.5 });
    expect(place(zoomed, 20 + 1.5 * (2 + 60), 1.5 * (2 + 30))).toEqual(expected);
  });

  test("is counted from the left also where content runs from right to left", () => {
    const element = createElement({ width: 400, contentWidth: 800, scrollLeft: -400 });
    element.style.direction = "rtl";
    expect(place(element, 0, 0)!.x).toBe(0);
    const unscrolled = createElement({ width: 400, contentWidth: 800 });
    unscrolled.style.direction = "rtl";
    expect(place(unscrolled, 400, 0)!.x).toBe(1);
  });

  test("of the page itself does not count its scrolling twice", () => {
    const page = document.documentElement;
    layOut(page, { top: -300, height: 1_000, contentHeight: 1_000, scrollTop: 300 });
    Object.defineProperty(document, "scrollingElement", { value: page, configurable: true });
    expect(place(page, 0, 200)!.y).toBe(0.5);
  });

  test("never lies outside, and has four decimals", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000, max: 4_000 }), fc.integer({ min: -2_000, max: 4_000 }), (x, y) => {
        const at = placeIn({ left: 13, top: 7, width: 777, height: 333 }, x, y)!;
        for (const value of [at.x, at.y]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          expect(value).toBe(Number(value.toFixed(4)));
          expect(Object.is(value, -0)).toBe(false);
        }
      }),
    );
  });

  test("is not to be had where there is no content", () => {
    expect(placeIn({ left: 0, top: 0, width: 0, height: 100 }, 1, 1)).toBeNull();
    expect(placeIn({ left: 0, top: 0, width: NaN, height: 100 }, 1, 1)).toBeNull();
  });

  test("is found again within two pixels in an element of another size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_920 }), (x) => {
        const sent = placeIn({ left: 0, top: 0, width: 1_920, height: 10 }, x, 0)!;
        expect(Math.abs(sent.x * 375 - (x * 375) / 1_920)).toBeLessThan(2);
        expect(Math.abs(sent.x * 1_920 - x)).toBeLessThan(2);
      }),
    );
  });
});
