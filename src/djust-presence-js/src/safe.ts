export { cleanText, displayName, initials } from "./text.js";

/**
 * A color that a user may have chosen: `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, or a plain word such as `teal`.
 * @returns the value, or `null` for everything else. So it can never end one declaration and begin another.
 */
export function safeColor(value: unknown): string | null {
  if (typeof value !== "string") return null;
  return /^(?:#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]{3,20})$/i.test(value) ? value : null;
}

/**
 * A link or image address that a user may have given: `http(s)://…`, or a path on this site that begins with one `/`.
 * @returns the value, or `null` for everything else: other schemes, `//host`, and what a browser would read as `//host`.
 */
export function safeUrl(value: unknown): string | null {
  // Browsers drop tabs and newlines from an address and read a backslash as a slash.
  if (typeof value !== "string" || /[\u0000-\u001f\u007f\\]/.test(value)) return null;
  return /^(?:\/(?!\/)|https?:\/\/[^/])/i.test(value) ? value : null;
}
