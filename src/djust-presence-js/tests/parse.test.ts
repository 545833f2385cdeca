import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyOf, parseDiff, parseEvent, parseState } from "../src/parse.js";
import { ModelServer } from "./model.js";

function messages() {
  const server = new ModelServer();
  server.join("ada");
  server.join("bob");
  const state = server.state("ada");
  return { state, diff: server.diff() };
}

describe("a message", () => {
  test("of the contract's shape is read as it is", () => {
    const { state, diff } = messages();
    expect(parseState(state)).toEqual(state);
    expect(parseDiff(diff)).toEqual(diff);
    expect(parseEvent({ key: "k", event: "flash", payload: { a: 1 } })).toEqual({ key: "k", event: "flash", payload: { a: 1 } });
  });

  test("may have more fields than the contract", () => {
    expect(parseState({ ...messages().state, added: "later" })).toEqual(messages().state);
  });

  test.each([
    ["no object", 7],
    ["nothing", undefined],
    ["a version that is no whole number", { version: 1.5 }],
    ["a negative count", { count: -1 }],
    ["an epoch that is no text", { epoch: 3 }],
    ["presences that are no list", { presences: {} }],
    ["a self without ref", { self: { id: "ada" } }],
    ["a presence without meta", { presences: [{ id: "a", joinedAt: "2026", connections: [] }] }],
    ["a user twice", { presences: [1, 2].map((ref) => ({ id: "a", joinedAt: "2026", meta: {}, connections: [{ ref }] })) }],
    ["a ref twice", { presences: ["a", "b"].map((id) => ({ id, joinedAt: "2026", meta: {}, connections: [{ ref: 1 }] })) }],
  ])("with %s is none", (_, fields) => {
    const message = typeof fields === "object" ? { ...messages().state, ...fields } : fields;
    expect(parseState(message)).toBeNull();
  });

  test("that names a user twice in one diff is none", () => {
    const { diff } = messages();
    expect(parseDiff({ ...diff, leaves: [{ id: "ada" }] })).toBeNull();
  });

  test("of any shape whatever throws nothing", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }), (value) => {
        [parseState, parseDiff, parseEvent, keyOf].forEach((read) => read(value));
      }),
    );
  });
});
