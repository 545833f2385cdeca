import type { Point, Size } from "./point.js";

/** Where an element's content is in the window: all of it, also what is scrolled out of sight. As it appears, in CSS pixels. */
export interface ContentBox extends Size {
  readonly left: number;
  readonly top: number;
}

/** @param size the content's, before any CSS transform. */
export function contentBox(element: HTMLElement, size: Size): ContentBox {
  const seen = element.getBoundingClientRect();
  const scaleX = seen.width / element.offsetWidth || 1;
  const scaleY = seen.height / element.offsetHeight || 1;
  // The page's own scroller moves its box; every other one moves what is in the box.
  const scrolls = element !== element.ownerDocument.scrollingElement;
  // From right to left, content overflows to the left.
  const before = getComputedStyle(element).direction === "rtl" ? size.width - element.clientWidth : 0;
  return {
    left: seen.left + scaleX * (element.clientLeft - before - (scrolls ? element.scrollLeft : 0)),
    top: seen.top + scaleY * (element.clientTop - (scrolls ? element.scrollTop : 0)),
    width: size.width * scaleX,
    height: size.height * scaleY,
  };
}

/**
 * The place in the content at which a point of the window is, with the four decimals that are sent.
 * @returns `null` where there is no content to point at.
 */
export function placeIn(box: ContentBox, clientX: number, clientY: number): Point | null {
  if (!(box.width > 0 && box.height > 0)) return null;
  return { x: rounded((clientX - box.left) / box.width), y: rounded((clientY - box.top) / box.height) };
}

/** A coordinate that can be drawn. Those of other clients may be any number. */
export function withinUnit(coordinate: number): number {
  return Math.min(Math.max(coordinate, 0), 1);
}

function rounded(coordinate: number): number {
  return Math.round(withinUnit(coordinate) * 1e4) / 1e4;
}
