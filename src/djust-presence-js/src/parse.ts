import { deepFreeze, isObject } from "./json.js";
import type { JsonObject, Presence, PresenceConnection, PresenceDiff, PresenceEvent, PresenceSelf, PresenceState } from "./wire.js";

/** Thrown inside this file only: the functions that are exported answer `null` for a message of the wrong shape. */
class WrongShape extends Error {}

/** Reads a `PresenceState`; `null` if it is none. */
export const parseState = reader((value): PresenceState => {
  const seen = new Uniqueness();
  const from = object(value);
  return {
    ...numbering(from),
    self: from.self === null || from.self === undefined ? null : self(from.self),
    presences: list(from.presences, (item) => presence(item, seen)),
  };
});

/** Reads a `PresenceDiff`; `null` if it is none. */
export const parseDiff = reader((value): PresenceDiff => {
  const seen = new Uniqueness();
  const from = object(value);
  const diff = {
    ...numbering(from),
    from: whole(from.from),
    leaves: list(from.leaves, (item) => ({ id: seen.id(text(object(item).id)) })),
    joins: list(from.joins, (item) => presence(item, seen)),
    updates: list(from.updates, (item) => presence(item, seen)),
  };
  check(diff.version >= diff.from);
  return diff;
});

/** Reads a `PresenceEvent`; `null` if it is none. */
export const parseEvent = reader((value): PresenceEvent => {
  const from = object(value);
  return { key: text(from.key), event: text(from.event), payload: from.payload };
});

/** The group that a message is about, even if the rest of it cannot be read. */
export function keyOf(value: unknown): string | null {
  return isObject(value) && typeof value.key === "string" && value.key !== "" ? value.key : null;
}

/** A user and a ref may occur once in a message. */
class Uniqueness {
  readonly #ids = new Set<string>();
  readonly #refs = new Set<number>();

  id(id: string): string {
    check(!this.#ids.has(id));
    this.#ids.add(id);
    return id;
  }

  ref(ref: number): number {
    check(!this.#refs.has(ref));
    this.#refs.add(ref);
    return ref;
  }
}

function numbering(from: Record<string, unknown>): { key: string; epoch: string; version: number; count: number } {
  return { key: text(from.key), epoch: text(from.epoch), version: whole(from.version), count: whole(from.count) };
}

function self(value: unknown): PresenceSelf {
  const from = object(value);
  return { id: text(from.id), ref: whole(from.ref) };
}

function presence(value: unknown, seen: Uniqueness): Presence {
  const from = object(value);
  return {
    id: seen.id(text(from.id)),
    joinedAt: text(from.joinedAt),
    meta: object(from.meta) as JsonObject,
    connections: list(from.connections, (item) => connection(item, seen)),
  };
}

function connection(value: unknown, seen: Uniqueness): PresenceConnection {
  const from = object(value);
  const ref = seen.ref(whole(from.ref));
  return from.meta === undefined || from.meta === null ? { ref } : { ref, meta: object(from.meta) as JsonObject };
}

function reader<T>(read: (value: unknown) => T): (value: unknown) => T | null {
  return (value) => {
    try {
      return deepFreeze(read(value));
    } catch {
      // Whatever is wrong with a message, its receiver does the same: drop it and ask for a fresh state.
      return null;
    }
  };
}

function check(holds: boolean): void {
  if (!holds) throw new WrongShape();
}

function object(value: unknown): Record<string, unknown> {
  check(isObject(value));
  return value as Record<string, unknown>;
}

function list<T>(value: unknown, read: (item: unknown) => T): T[] {
  check(Array.isArray(value));
  return (value as unknown[]).map(read);
}

function text(value: unknown): string {
  check(typeof value === "string" && value !== "");
  return value as string;
}

function whole(value: unknown): number {
  check(Number.isSafeInteger(value) && (value as number) >= 0);
  return value as number;
}
