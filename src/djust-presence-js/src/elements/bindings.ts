import { field } from "../json.js";
import { cleanText, displayName, initials, safeColor, safeUrl } from "../safe.js";
import type { Json, Presence } from "../wire.js";
import { setAttribute, setStyle, setText } from "./dom.js";

type Draw = (element: Element, value: Json | undefined, name: string, presence: Presence) => void;

/** Where an address is shown or followed. Elsewhere (a script, a frame, a stylesheet) it would be run: the server refuses that as well. */
const media = "img, source, audio, video";
const links = "a, area";
/** Whose text is not shown but obeyed. The server refuses that as well. */
const code = "script, style";

/** What an attribute in an application's template does with the meta field that it names. */
const bindings: readonly (readonly [attribute: string, draw: Draw])[] = [
  ["data-presence-text", (element, value, name) => setText(element, element.matches(code) ? "" : shown(value, name))],
  ["data-presence-title", (element, value, name) => setAttribute(element, "title", shown(value, name))],
  ["data-presence-initials", (element, value) => setText(element, element.matches(code) ? "" : initials(value))],
  ["data-presence-src", (element, value) => setAttribute(element, "src", element.matches(media) ? safeUrl(value) : null)],
  ["data-presence-href", (element, value) => setAttribute(element, "href", element.matches(links) ? safeUrl(value) : null)],
  ["data-presence-color", (element, value) => setStyle(element, "--presence-color", safeColor(value))],
  ["data-presence-count", (element, _, name, { connections }) => name === "connections" && setText(element, String(connections.length))],
];

/** Draws a presence into a clone of the application's template. Text is text, never markup. */
export function drawBindings(item: Element, presence: Presence): void {
  for (const [attribute, draw] of bindings) {
    for (const element of item.querySelectorAll(`[${attribute}]`)) {
      const name = element.getAttribute(attribute)!;
      draw(element, name === "id" ? presence.id : field(presence.meta, name), name, presence);
    }
  }
}

/** A text, a number or a yes/no as text; anything else shows nothing. */
function shown(value: Json | undefined, name: string): string {
  if (name === "name") return displayName(value);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? cleanText(String(value)) : "";
}
