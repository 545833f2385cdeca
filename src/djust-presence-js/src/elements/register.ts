import { LiveCursorsElement } from "../cursors/live-cursors-element.js";
import { PresenceCountElement } from "./presence-count.js";
import { PresenceListElement } from "./presence-list.js";

/** Defines the elements, where there are elements, unless somebody has done so before. */
export function registerElements(): void {
  if (typeof customElements === "undefined") return;
  if (!customElements.get("presence-list")) customElements.define("presence-list", PresenceListElement);
  if (!customElements.get("presence-count")) customElements.define("presence-count", PresenceCountElement);
  if (!customElements.get("live-cursors")) customElements.define("live-cursors", LiveCursorsElement);
}
