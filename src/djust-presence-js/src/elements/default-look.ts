import { field } from "../json.js";
import { displayName, initials, safeColor, safeUrl } from "../safe.js";
import type { Presence } from "../wire.js";
import { setAttribute, setStyle, setText } from "./dom.js";

/** Draws a presence as an avatar: the picture of meta field `avatar` if there is one, else initials, on the user's color. */
export function drawDefault(item: Element, { meta }: Presence): void {
  const name = field(meta, "name");
  setAttribute(item, "title", displayName(name));
  const avatar = item.querySelector(".presence-avatar") ?? append(item, "span", "presence-avatar");
  setStyle(avatar, "--presence-color", safeColor(field(meta, "color")));
  const picture = safeUrl(field(meta, "avatar"));
  if (picture === null) {
    setText(avatar, initials(name));
    return;
  }
  let image = avatar.querySelector("img");
  if (image === null) {
    avatar.textContent = "";
    image = append(avatar, "img");
  }
  setAttribute(image, "alt", "");
  // Whose page shows the picture is not the picture's host's business. Set before the address, so that it counts.
  setAttribute(image, "referrerpolicy", "no-referrer");
  setAttribute(image, "src", picture);
}

function append<K extends "span" | "img">(parent: Element, tag: K, className?: string): HTMLElementTagNameMap[K] {
  const child = document.createElement(tag);
  if (className !== undefined) child.className = className;
  parent.append(child);
  return child;
}
