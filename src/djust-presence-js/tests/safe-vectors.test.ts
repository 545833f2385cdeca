import { describe, expect, it } from "vitest";
import shared from "../../../tests/Djust.Presence.Tests/Razor/safe-text.json";
import { displayName, initials, safeColor, safeUrl } from "../src/safe.js";

interface Vectors {
  readonly names: readonly (readonly [value: string | null, shown: string])[];
  readonly initials: readonly (readonly [value: string | null, shown: string])[];
  readonly colors: { readonly safe: readonly string[]; readonly refused: readonly (string | null)[] };
  readonly urls: { readonly safe: readonly string[]; readonly refused: readonly (string | null)[] };
}

const vectors = shared as unknown as Vectors;

describe("what the server renders and what the script renders", () => {
  it.each(vectors.names)("agree on the name %j", (value, name) => expect(displayName(value)).toBe(name));
  it.each(vectors.initials)("agree on the initials of %j", (value, letters) => expect(initials(value)).toBe(letters));
  it.each(vectors.colors.safe)("take the color %j", (value) => expect(safeColor(value)).toBe(value));
  it.each(vectors.colors.refused)("refuse the color %j", (value) => expect(safeColor(value)).toBeNull());
  it.each(vectors.urls.safe)("take the address %j", (value) => expect(safeUrl(value)).toBe(value));
  it.each(vectors.urls.refused)("refuse the address %j", (value) => expect(safeUrl(value)).toBeNull());
});
