// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { Overlay } from "../../src/cursors/overlay.js";
import { layOut } from "./layout.js";

let element: HTMLElement;
const root = () => element.querySelector<HTMLElement>(".live-cursors-overlay");

beforeEach(() => {
  document.body.innerHTML = "<main><p>Text</p></main>";
  element = document.querySelector("main")!;
});

describe("an overlay", () => {
  test("takes no clicks, and is nothing to be read out", () => {
    new Overlay(element);
    expect(root()!.style.getPropertyValue("pointer-events")).toBe("none");
    expect(root()!.style.position).toBe("absolute");
    expect(root()!.getAttribute("aria-hidden")).toBe("true");
  });

  test("covers all content, and makes it no larger", () => {
    layOut(element, { contentWidth: 800, contentHeight: 1_000 });
    const overlay = new Overlay(element);
    expect(overlay.size).toEqual({ width: 800, height: 1_000 });
    expect(parseFloat(root()!.style.width)).toBeLessThan(800);
    expect(parseFloat(root()!.style.height)).toBeLessThan(1_000);
    expect(root()!.style.display).toBe("");
    expect(element.scrollWidth).toBe(800);
  });

  test("follows content that grows, and content that shrinks by a pixel", () => {
    const layout = layOut(element, { contentWidth: 800, contentHeight: 1_000 });
    const overlay = new Overlay(element);
    for (const height of [1_000, 2_000, 1_999, 500, 10]) {
      layout.contentHeight = height;
      expect(overlay.size.height).toBe(Math.max(height, 200));
    }
  });

  test("positions an element that is not, for as long as it is there", () => {
    element.style.position = "static";
    const overlay = new Overlay(element);
    expect(element.style.position).toBe("relative");
    overlay.remove();
    expect(element.style.position).toBe("static");
    expect(element.innerHTML).toBe("<p>Text</p>");
    element.style.position = "fixed";
    const other = new Overlay(element);
    expect(element.style.position).toBe("fixed");
    other.remove();
    expect(element.style.position).toBe("fixed");
  });

  test("comes back when the element's content is written anew", () => {
    const overlay = new Overlay(element);
    element.innerHTML = "<p>New</p>";
    overlay.append(document.createElement("i"));
    expect(root()!.children).toHaveLength(1);
  });
});
