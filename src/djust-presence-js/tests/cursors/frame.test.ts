import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFrame } from "../../src/cursors/frame.js";

const key = "board:1";
const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true });
const good = fc.tuple(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ noNaN: true, noDefaultInfinity: true }));

describe("a frame", () => {
  test("of the contract's shape is read as it is", () => {
    expect(parseFrame({ key, moves: [5, 0.25, 0.5, 7, 1, 0], gone: [2, 4] })).toEqual({
      key,
      moves: [{ ref: 5, x: 0.25, y: 0.5 }, { ref: 7, x: 1, y: 0 }],
      gone: [2, 4],
    });
  });

  test("may do without what ended, and have more fields than the contract", () => {
    expect(parseFrame({ key, moves: [], added: "later" })).toEqual({ key, moves: [], gone: [] });
  });

  test.each([["nothing", undefined], ["a text", "frame"], ["a list", [1, 2, 3]], ["one without a key", { moves: [] }], ["one with a key that is no text", { key: 7 }]])(
    "that is %s is none",
    (_, value) => expect(parseFrame(value)).toBeNull(),
  );

  test.each([
    ["a ref that is no whole number", [1.5, 0, 0]],
    ["a negative ref", [-1, 0, 0]],
    ["a ref that is a text", ["1", 0, 0]],
    ["a coordinate that is not finite", [1, NaN, 0, 1, 0, Infinity, 1, -Infinity, 0]],
    ["a coordinate that is a text", [1, "0", 0]],
    ["a coordinate that is missing", [1, null, 0, 1, 0, undefined]],
  ])("leaves out %s, and nothing else", (_, moves) => {
    expect(parseFrame({ key, moves: [...moves, 9, 0.5, 0.5] })!.moves).toEqual([{ ref: 9, x: 0.5, y: 0.5 }]);
  });

  test("that is cut off leaves out what is incomplete", () => {
    expect(parseFrame({ key, moves: [1, 0, 0, 2, 0.5] })!.moves).toEqual([{ ref: 1, x: 0, y: 0 }]);
  });

  test("keeps each good position among any rubbish, and no other", () => {
    const entry = fc.oneof(good, fc.tuple(anything, anything, anything));
    fc.assert(
      fc.property(fc.array(entry), fc.array(fc.oneof(fc.nat(), anything)), (entries, gone) => {
        const frame = parseFrame({ key, moves: entries.flatMap((one) => [...one]), gone })!;
        const isGood = ([ref, x, y]: readonly unknown[]) => Number.isSafeInteger(ref) && (ref as number) >= 0 && Number.isFinite(x) && Number.isFinite(y);
        expect(frame.moves.map(({ ref, x, y }) => [ref, x, y])).toEqual(entries.filter(isGood));
        expect(frame.gone).toEqual(gone.filter((ref) => Number.isSafeInteger(ref) && (ref as number) >= 0));
      }),
    );
  });

  test("of any shape whatever throws nothing", () => {
    fc.assert(
      fc.property(anything, anything, anything, (value, moves, gone) => {
        parseFrame(value);
        parseFrame({ key, moves, gone });
      }),
    );
  });
});
