import { describe, expect, test } from "vitest";
import { cleanText, displayName, initials, safeColor, safeUrl } from "../src/safe.js";

describe("a color", () => {
  test.each(["#abc", "#ABCD", "#6c63ff", "#6c63ff80", "teal", "RebeccaPurple"])("such as %s is safe", (value) => {
    expect(safeColor(value)).toBe(value);
  });

  test.each(["red;position:fixed;background:url(//x)", "url(//x)", "#12", "#12345", "rgb(0,0,0)", "var(--x)", "red ", "red\n", "", 7, null, undefined, {}])(
    "such as %j is refused",
    (value) => expect(safeColor(value)).toBeNull(),
  );
});

describe("an address", () => {
  test.each(["https://example.org/a.png", "HTTP://example.org", "/bob.png", "/a/b?c=1#d", "/"])("such as %s is safe", (value) => {
    expect(safeUrl(value)).toBe(value);
  });

  test.each([
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:image/svg+xml,<svg>", "vbscript:x",
    "//evil.example", "/\\evil.example", "/\t/evil.example", "\\\\evil.example", "https:evil", "https://", "https:///x", "bob.png", "blob:x", "", 7, null,
  ])("such as %j is refused", (value) => expect(safeUrl(value)).toBeNull());
});

describe("a text", () => {
  test("piles up no marks", () => {
    expect(cleanText(`Z${"\u0301\u200d".repeat(1_000)} algo`)).toBe(`Z${"\u0301\u200d".repeat(4)} algo`);
    expect(cleanText(`Z${"\u{1e8d0}".repeat(1_000)}`)).toBe(`Z${"\u{1e8d0}".repeat(8)}`);
    expect(cleanText("👩‍❤️‍💋‍👨 और Việt")).toBe("👩‍❤️‍💋‍👨 और Việt");
  });
});

describe("a name", () => {
  test("loses what is invisible and turns the text around", () => {
    expect(displayName("\u202eAda\u0000 \u2066Lovelace\u200b\n")).toBe("Ada Lovelace");
  });

  test("is never empty", () => {
    for (const value of [undefined, null, "", " \u200b ", {}, [], true]) expect(displayName(value)).toBe("Guest");
    expect(displayName(42)).toBe("42");
  });

  test("is cut between characters, not inside one", () => {
    expect(displayName("👩‍👩‍👧‍👦".repeat(200))).toBe("👩‍👩‍👧‍👦".repeat(79) + "…");
    expect(displayName("x".repeat(80))).toBe("x".repeat(80));
  });

  test("cannot pile up marks without end", () => {
    expect(displayName(`a${"\u0301".repeat(1_000)}`).length).toBeLessThan(20);
  });

  test.each([["Ada", "A"], ["ada lovelace", "AL"], ["Ada King Lovelace", "AL"], ["👩‍👩‍👧‍👦 family", "👩‍👩‍👧‍👦F"], ["", "G"], ["éa", "É"]])(
    "%j has the initials %j",
    (name, expected) => expect(initials(name)).toBe(expected),
  );
});
