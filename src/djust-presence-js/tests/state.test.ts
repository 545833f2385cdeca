import { describe, expect, test, vi } from "vitest";
import { parseDiff, parseState } from "../src/parse.js";
import { applyDiff, applyState, sorted, type Applied, type GroupState } from "../src/state.js";
import type { PresenceDiff, PresenceState } from "../src/wire.js";
import { ModelServer } from "./model.js";

const wire = <T>(message: T): T => JSON.parse(JSON.stringify(message)) as T;
const stateOf = (message: unknown): PresenceState => parseState(wire(message))!;
const diffOf = (message: unknown): PresenceDiff => parseDiff(wire(message))!;
const first = (server: ModelServer): GroupState => applyState(undefined, stateOf(server.state())).state;
const ids = (state: GroupState): string[] => sorted(state).map(({ id }) => id);
const told = ({ events }: Applied): string[] => events.map(({ type, presence }) => `${type} ${presence.id}`);

function apply(state: GroupState, diff: PresenceDiff): Applied {
  const result = applyDiff(state, diffOf(diff));
  if (typeof result === "string") throw new Error(`The diff does not apply: ${result}.`);
  return result;
}

function room(...users: string[]): ModelServer {
  const server = new ModelServer();
  users.forEach((id) => server.join(id));
  server.diff();
  return server;
}

describe("a state", () => {
  test("says who is present, and that nobody has just joined, if it is the first", () => {
    const result = applyState(undefined, stateOf(room("ada", "bob").state("bob")));
    expect(ids(result.state)).toEqual(["ada", "bob"]);
    expect(result.state.self).toEqual({ id: "bob", ref: 2 });
    expect(result.events).toEqual([]);
  });

  test("raises only the real differences to the one before, leaves first", () => {
    const server = room("ada", "bob", "eve");
    const before = first(server);
    server.close("ada");
    server.update("bob", { name: "Bobby" });
    server.join("eve");
    server.join("zoe");
    server.restart();
    expect(told(applyState(before, stateOf(server.state())))).toEqual(["leave ada", "join zoe", "update bob"]);
  });

  test("that says nothing new is the same state", () => {
    const server = room("ada", "bob");
    const before = first(server);
    const again = applyState(before, stateOf(server.state()));
    expect(again.state).toBe(before);
    expect(again.events).toEqual([]);
  });

  test("is ordered by the moment of joining, whatever its decimals, then by id", () => {
    const at = (id: string, joinedAt: string, ref: number) => ({ id, joinedAt, meta: {}, connections: [{ ref }] });
    const presences = [
      at("d", "2026-01-01T10:00:01Z", 1),
      at("c", "2026-01-01T10:00:00.12Z", 2),
      at("é", "2026-01-01T10:00:00Z", 3),
      at("b", "2026-01-01T10:00:00.1Z", 4),
      at("Z", "2026-01-01T10:00:00Z", 5),
    ];
    const { state } = applyState(undefined, stateOf({ ...room().state(), count: 5, presences }));
    expect(ids(state)).toEqual(["Z", "é", "b", "c", "d"]);
  });

  test("of a group too large to be sent whole makes nobody outside its part join or leave", () => {
    const server = room("ada", "bob", "eve");
    const part = (...shown: string[]) => {
      const state = server.state();
      return stateOf({ ...state, version: state.version + shown.length, presences: state.presences.filter(({ id }) => shown.includes(id)) });
    };
    const before = applyState(undefined, part("ada", "bob")).state;
    expect(before.count).toBe(3);
    expect(told(applyState(before, part("bob", "eve")))).toEqual([]);
  });
});

describe("a diff", () => {
  test("applies leaves, joins and updates in this order", () => {
    const server = room("ada", "bob");
    const before = first(server);
    server.join("zoe");
    server.update("bob", { name: "Bobby" });
    server.close("ada");
    const result = apply(before, server.diff());
    expect(told(result)).toEqual(["leave ada", "join zoe", "update bob"]);
    expect(ids(result.state)).toEqual(["bob", "zoe"]);
    expect(result.state.count).toBe(2);
  });

  test("about a second tab is a change, but no update", () => {
    const server = room("ada");
    const before = first(server);
    server.join("ada");
    const result = apply(before, server.diff());
    expect(result.events).toEqual([]);
    expect(sorted(result.state)[0]!.connections).toEqual([{ ref: 1 }, { ref: 2 }]);
  });

  test("that starts at another version, or in another epoch, is a gap", () => {
    const server = room("ada");
    const before = first(server);
    server.update("ada", { name: "Ada" });
    server.diff();
    server.join("eve");
    const later = server.diff();
    // Nothing but its numbers tells that an update is missing before it.
    expect(typeof applyDiff(before, diffOf({ ...later, from: before.version }))).toBe("object");
    expect(applyDiff(before, diffOf(later))).toBe("gap");
    expect(applyDiff(before, diffOf({ ...later, from: before.version, epoch: "other" }))).toBe("gap");
    expect(applyDiff(undefined, diffOf(later))).toBe("gap");
  });

  test("that the state already includes is stale", () => {
    const server = room("ada");
    const before = first(server);
    server.join("bob");
    const diff = server.diff();
    const { state } = apply(before, diff);
    expect(applyDiff(state, diffOf(diff))).toBe("stale");
  });

  test("that contradicts the state is a gap", () => {
    const server = room("ada", "bob");
    const before = first(server);
    server.join("eve");
    const diff = server.diff();
    expect(applyDiff(before, diffOf({ ...diff, leaves: [{ id: "nobody" }] }))).toBe("gap");
    expect(applyDiff(before, diffOf({ ...diff, count: 7 }))).toBe("gap");
    expect(applyDiff(before, diffOf({ ...diff, joins: [], updates: diff.joins }))).toBe("gap");
  });

  test("that gives a user's ref to another is a gap, unless the first one leaves in it", () => {
    const server = room("ada", "bob");
    const before = first(server);
    server.join("eve");
    const diff = server.diff();
    const stolen = { ...diff, joins: [{ ...diff.joins[0]!, connections: [{ ref: 1 }] }] };
    expect(applyDiff(before, diffOf(stolen))).toBe("gap");
    expect(typeof applyDiff(before, diffOf({ ...stolen, leaves: [{ id: "ada" }], count: 2 }))).toBe("object");
  });

  test("costs what is in it, not what is in the group", () => {
    const server = room(...Array.from({ length: 5_000 }, (_, index) => `user${index}`));
    let state = first(server);
    // The naive server copies its users for each change, so its diffs are made by hand.
    const diffs = Array.from({ length: 1_000 }, (_, index): PresenceDiff => {
      const id = `user${index}`;
      const updates = [{ id, joinedAt: "2026-01-01T10:00:00.000Z", meta: { name: `New ${index}` }, connections: [{ ref: index + 1 }] }];
      const version = state.version + index;
      return diffOf({ key: state.key, epoch: "e1", from: version, version: version + 1, count: 5_000, leaves: [], joins: [], updates });
    });
    const sort = vi.spyOn(Array.prototype, "sort");
    const write = vi.spyOn(Map.prototype, "set");
    const iterate = vi.spyOn(Map.prototype, "values");
    for (const diff of diffs) state = apply(state, diff).state;
    expect(sort).not.toHaveBeenCalled();
    expect(iterate).not.toHaveBeenCalled();
    expect(write.mock.calls.length).toBeLessThan(6_000);
    expect(sorted(state)).toHaveLength(5_000);
  });
});

describe("whoever has gone", () => {
  test("is remembered nowhere, however many came and went", () => {
    const server = room("stays");
    let state = first(server);
    for (let index = 0; index < 1_000; index++) {
      server.join(`visitor${index}`);
      state = apply(state, server.diff()).state;
      server.close(`visitor${index}`);
      state = apply(state, server.diff()).state;
    }
    expect([state.members.size, state.members.values().length]).toEqual([1, 1]);
    expect([state.owners.size, state.owners.values().length]).toEqual([1, 1]);
  });
});

describe("what is handed out", () => {
  test("is frozen to the last field", () => {
    const server = room("ada");
    server.update("ada", { name: "Ada", tags: [{ deep: true }] });
    const list = sorted(first(server));
    expect(Object.isFrozen(list)).toBe(true);
    const ada = list[0]!;
    for (const part of [ada, ada.meta, ada.connections, ada.connections[0], ada.meta.tags, (ada.meta.tags as object[])[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test("is never changed by what comes later, in whatever order versions are read", () => {
    const server = room("ada", "bob");
    const versions = [first(server)];
    const expected = [["ada", "bob"]];
    for (const id of ["eve", "zoe", "max"]) {
      server.join(id);
      server.close(expected.at(-1)![0]!);
      versions.push(apply(versions.at(-1)!, server.diff()).state);
      expected.push([...expected.at(-1)!.slice(1), id]);
    }
    for (const index of [1, 3, 0, 2, 2, 3, 0, 1]) expect(ids(versions[index]!)).toEqual(expected[index]);
  });

  test("lets an old version branch", () => {
    const server = room("ada");
    const before = first(server);
    server.join("bob");
    const diff = server.diff();
    const one = apply(before, diff).state;
    const other = apply(before, { ...diff, joins: [{ ...diff.joins[0]!, id: "eve" }] }).state;
    expect([ids(one), ids(other), ids(before)]).toEqual([["ada", "bob"], ["ada", "eve"], ["ada"]]);
  });
});

describe("names that objects inherit", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

  test("are just user ids", () => {
    const server = room(...names);
    const before = first(server);
    expect(ids(before).sort()).toEqual([...names].sort());
    names.forEach((name) => server.close(name));
    const result = apply(before, server.diff());
    expect(result.events).toHaveLength(names.length);
    expect(ids(result.state)).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("are just meta fields", () => {
    const text = JSON.stringify(room("ada").state());
    const meta = '{"__proto__":{"polluted":true},"constructor":"c","toString":1}';
    const read = (withMeta: string, version: number) =>
      parseState({ ...(JSON.parse(text.replace('{"name":"ada"}', withMeta)) as object), version })!;
    const before = applyState(undefined, read(meta, 1)).state;
    expect(JSON.stringify(sorted(before)[0]!.meta)).toBe(meta);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(told(applyState(before, read(meta, 2)))).toEqual([]);
    expect(told(applyState(before, read(meta.replace("true", "false"), 2)))).toEqual(["update ada"]);
    expect(told(applyState(before, read("{}", 2)))).toEqual(["update ada"]);
  });
});
