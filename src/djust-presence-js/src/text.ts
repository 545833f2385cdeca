/** Invisible characters that break lines, reverse the reading direction of what follows, or hide. */
const control = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]+/g;
/** Marks that pile up on one letter, and joiners between them. No script needs as many; more of them reach over the lines above and below. */
const marks = /([\p{M}\u200c\u200d]{8})[\p{M}\u200c\u200d]+/gu;
const graphemeLimit = 80;
/** A grapheme may pile up any number of marks. This many UTF-16 units are enough for the longest emoji. */
const unitsPerGrapheme = 16;

const segmenter = typeof Intl === "object" && "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : undefined;

/** A text without control characters, bidirectional overrides and piles of marks, so that it cannot disturb what is around it. */
export function cleanText(text: string): string {
  return text.replace(control, " ").replace(/ {2,}/g, " ").trim().replace(marks, "$1");
}

/**
 * A name as it is shown: clean, at most 80 characters (graphemes) long, `"Guest"` if nothing is left.
 * @param value a meta field; what is no text and no number is no name.
 */
export function displayName(value: unknown): string {
  const name = cleanText(typeof value === "string" || typeof value === "number" ? String(value) : "");
  if (name === "") return "Guest";
  const shown = graphemes(name, graphemeLimit + 1);
  return shown.length > graphemeLimit ? `${shown.slice(0, graphemeLimit - 1).join("")}…` : shown.join("");
}

/** The first letters of a name's first and last word, in capitals: one or two graphemes. The same in every language, as on the server. */
export function initials(value: unknown): string {
  const words = displayName(value).split(/\s+/u);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => (graphemes(word ?? "", 1)[0] ?? "").toUpperCase()).join("");
}

function graphemes(text: string, limit: number): string[] {
  const found: string[] = [];
  // What is far beyond the limit is not worth taking apart.
  const start = text.slice(0, limit * unitsPerGrapheme);
  for (const part of segmenter?.segment(start) ?? start) {
    if (found.length === limit) break;
    const grapheme = typeof part === "string" ? part : part.segment;
    found.push(grapheme.length > unitsPerGrapheme ? String.fromCodePoint(grapheme.codePointAt(0)!) : grapheme);
  }
  return found;
}
