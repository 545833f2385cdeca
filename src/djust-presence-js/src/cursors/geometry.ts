import type { Unsubscribe } from "../emitter.js";

/**
 * Calls back when the same place of an element's content may be at another place of the window: something scrolled, or the
 * window, the element or what is in it has another size.
 */
export function watchGeometry(element: HTMLElement, changed: () => void): Unsubscribe {
  const page = element.ownerDocument;
  const ended = new AbortController();
  const { signal } = ended;
  const scrolled = ({ target }: Event): void => {
    // What scrolls inside the element is in the same place as before.
    if (target instanceof Node && target.contains(element)) changed();
  };
  page.addEventListener("scroll", scrolled, { signal, capture: true, passive: true });
  window.addEventListener("resize", changed, { signal });

  // A scroll container keeps its size when its content grows, so that the content is to be watched as well.
  const sizes = new ResizeObserver(changed);
  [element, ...element.children].forEach((one) => sizes.observe(one));
  const children = new MutationObserver((records) => {
    for (const { addedNodes, removedNodes } of records) {
      removedNodes.forEach((node) => node instanceof Element && sizes.unobserve(node));
      addedNodes.forEach((node) => node instanceof Element && sizes.observe(node));
    }
    changed();
  });
  children.observe(element, { childList: true });
  return () => {
    ended.abort();
    sizes.disconnect();
    children.disconnect();
  };
}
