/** What a browser would measure of an element. The content is as large as it scrolls, and never smaller than what is seen. */
export interface Layout {
  left: number;
  top: number;
  width: number;
  height: number;
  contentWidth: number;
  contentHeight: number;
  scrollLeft: number;
  scrollTop: number;
  border: number;
  /** A CSS transform. */
  scale: number;
}

/** Gives an element a layout, for there is none without a browser. It may be changed later. */
export function layOut(element: HTMLElement, initial: Partial<Layout> = {}): Layout {
  const layout: Layout = {
    left: 0,
    top: 0,
    width: 400,
    height: 200,
    contentWidth: 0,
    contentHeight: 0,
    scrollLeft: 0,
    scrollTop: 0,
    border: 0,
    scale: 1,
    ...initial,
  };
  const overlaid = (side: "width" | "height"): number => {
    const style = element.querySelector<HTMLElement>(":scope > .live-cursors-overlay")?.style;
    return style === undefined || style.display === "none" ? 0 : parseFloat(style[side]) || 0;
  };
  const define = (name: string, get: () => unknown) => Object.defineProperty(element, name, { get, configurable: true });
  define("scrollLeft", () => layout.scrollLeft);
  define("scrollTop", () => layout.scrollTop);
  define("clientLeft", () => layout.border);
  define("clientTop", () => layout.border);
  define("offsetWidth", () => layout.width);
  define("offsetHeight", () => layout.height);
  define("clientWidth", () => layout.width - 2 * layout.border);
  define("scrollWidth", () => Math.max(layout.contentWidth, element.clientWidth, overlaid("width")));
  define("scrollHeight", () => Math.max(layout.contentHeight, layout.height - 2 * layout.border, overlaid("height")));
  element.getBoundingClientRect = () =>
    ({ left: layout.left, top: layout.top, width: layout.width * layout.scale, height: layout.height * layout.scale }) as DOMRect;
  return layout;
}

export function point(element: Element, type: string, clientX: number, clientY: number, isPrimary = true): void {
  element.dispatchEvent(new PointerEvent(type, { clientX, clientY, isPrimary, bubbles: type !== "pointerleave" }));
}
