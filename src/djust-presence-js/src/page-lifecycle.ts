import type { Unsubscribe } from "./emitter.js";

export interface PageLifecycle {
  /** The page goes away, perhaps into the back/forward cache. */
  hide(): void;
  /** The page, or the network, is back. May be called several times for one return. */
  wake(): void;
}

/** Listens to what happens to the page. Outside a page (a worker, a server) there is nothing to hear. */
export function watchPage({ hide, wake }: PageLifecycle): Unsubscribe {
  if (typeof window === "undefined" || typeof document === "undefined") return () => undefined;
  const ended = new AbortController();
  const options = { signal: ended.signal };
  window.addEventListener("pagehide", hide, options);
  window.addEventListener("pageshow", (event) => event.persisted && wake(), options);
  window.addEventListener("online", wake, options);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake(), options);
  return () => ended.abort();
}
