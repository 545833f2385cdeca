import { sameJson } from "./json.js";
import { byJoin } from "./order.js";
import { PersistentMap } from "./persistent-map.js";
import type { Presence, PresenceDiff, PresenceSelf, PresenceState } from "./wire.js";

/** A group as this client knows it. Immutable; a change makes a new one. */
export interface GroupState {
  readonly key: string;
  readonly epoch: string;
  readonly version: number;
  readonly count: number;
  readonly self: PresenceSelf | null;
  readonly members: PersistentMap<string, Presence>;
  /** ref of a connection -> id of its user. */
  readonly owners: PersistentMap<number, string>;
}

/** What happened to a user: the first connection came, the meta changed, the last connection went. */
export interface PresenceChange {
  readonly type: "join" | "update" | "leave";
  readonly presence: Presence;
}

export interface Applied {
  readonly state: GroupState;
  readonly events: readonly PresenceChange[];
}

/**
 * The state after a `PresenceState`, with the real differences to the one before. There are none if there was no state
 * before: those who are found are present, they did not just join.
 */
export function applyState(old: GroupState | undefined, message: PresenceState): Applied {
  const members = new Map<string, Presence>();
  const owners = new Map<number, string>();
  const joins: Presence[] = [];
  const updates: Presence[] = [];
  let kept = 0;
  for (const received of message.presences) {
    const known = old?.members.get(received.id);
    const presence = known !== undefined && sameJson(known, received) ? known : received;
    members.set(presence.id, presence);
    for (const { ref } of presence.connections) owners.set(ref, presence.id);
    if (known === presence) kept++;
    else if (known === undefined) joins.push(presence);
    else if (!sameJson(known.meta, presence.meta)) updates.push(presence);
  }
  const state = numbered(message, message.self, new PersistentMap(members), new PersistentMap(owners));
  if (old === undefined) return { state, events: [] };
  if (kept === members.size && kept === old.members.size && sameNumbering(old, message)) return { state: old, events: [] };
  // Of a group too large to be sent whole, somebody outside the part that was sent has neither left nor joined.
  const leaves = isComplete(state) ? old.members.values().filter(({ id }) => !members.has(id)) : [];
  return { state, events: changes(leaves, isComplete(old) ? joins : [], updates) };
}

/**
 * The state after a diff. Costs O(diff).
 * @returns `"stale"` if the state already includes the diff, `"gap"` if something between the two is missing: the caller
 * drops the diff, and for a gap asks for a fresh state.
 */
export function applyDiff(old: GroupState | undefined, diff: PresenceDiff): Applied | "stale" | "gap" {
  if (old === undefined || diff.epoch !== old.epoch) return "gap";
  if (diff.from !== old.version) return diff.version <= old.version ? "stale" : "gap";

  const known = ({ id }: { readonly id: string }) => old.members.get(id);
  const leaves = diff.leaves.map(known).filter((one) => one !== undefined);
  const joins = diff.joins.filter((one) => known(one) === undefined);
  const rewritten = [...diff.joins, ...diff.updates].filter((one) => known(one) !== undefined);

  // Only of a group too large to be sent whole may a diff speak of strangers.
  const size = old.members.size - leaves.length + joins.length;
  const named = diff.leaves.length + diff.joins.length + diff.updates.length;
  const strangers = named - leaves.length - joins.length - rewritten.length;
  if (size > diff.count || (isComplete(old) && (strangers > 0 || size < diff.count))) return "gap";

  const before = rewritten.map((one) => known(one)!);
  const after = [...joins, ...rewritten];
  const owners = ownerChanges([...leaves, ...before], after);
  if (takesForeignRef(old, owners, [...leaves, ...before])) return "gap";

  const members = old.members.with([
    ...leaves.map(({ id }) => [id, undefined] as const),
    ...after.map((one) => [one.id, one] as const),
  ]);
  const updates = rewritten.filter((one, index) => !sameJson(before[index]!.meta, one.meta));
  return { state: numbered(diff, old.self, members, old.owners.with(owners)), events: changes(leaves, joins, updates) };
}

/** The presences in the order of the wire contract, frozen. */
export function sorted(state: GroupState): readonly Presence[] {
  return Object.freeze(state.members.values().sort(byJoin));
}

function numbered(
  { key, epoch, version, count }: PresenceState | PresenceDiff,
  self: PresenceSelf | null,
  members: PersistentMap<string, Presence>,
  owners: PersistentMap<number, string>,
): GroupState {
  return Object.freeze({ key, epoch, version, count, self, members, owners });
}

function sameNumbering(state: GroupState, message: PresenceState): boolean {
  const { epoch, version, count, self } = message;
  return epoch === state.epoch && version === state.version && count === state.count && sameJson(self, state.self);
}

function isComplete(state: GroupState): boolean {
  return state.members.size === state.count;
}

function ownerChanges(before: readonly Presence[], after: readonly Presence[]): [number, string | undefined][] {
  const changed = new Map<number, string | undefined>();
  for (const { connections } of before) for (const { ref } of connections) changed.set(ref, undefined);
  for (const { id, connections } of after) for (const { ref } of connections) changed.set(ref, id);
  return [...changed];
}

/** A ref belongs to one user. If it is still held by somebody whom the diff does not name, this client has missed how. */
function takesForeignRef(old: GroupState, owners: [number, string | undefined][], before: readonly Presence[]): boolean {
  const named = new Set(before.map(({ id }) => id));
  return owners.some(([ref]) => {
    const owner = old.owners.get(ref);
    return owner !== undefined && !named.has(owner);
  });
}

function changes(leaves: readonly Presence[], joins: readonly Presence[], updates: readonly Presence[]): PresenceChange[] {
  const of = (type: PresenceChange["type"]) => (presence: Presence): PresenceChange => Object.freeze({ type, presence });
  return [...leaves.map(of("leave")), ...joins.map(of("join")), ...updates.map(of("update"))];
}
