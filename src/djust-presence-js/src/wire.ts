/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. Read it with {@link field}: `meta.constructor` of a plain object is not what a user sent. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** One SignalR connection (a tab) of a user in a group. */
export interface PresenceConnection {
  /** A small integer that the server assigns, unique in the group and never reused. */
  readonly ref: number;
  /** Present only where it differs from the user's newest meta. */
  readonly meta?: JsonObject;
}

/** One user in one group. Deeply frozen. */
export interface Presence {
  readonly id: string;
  /** When the user first joined: ISO 8601, UTC. */
  readonly joinedAt: string;
  /** What the application attached: name, color, avatar ... */
  readonly meta: JsonObject;
  readonly connections: readonly PresenceConnection[];
}

/** The receiver's own user id and connection ref. */
export interface PresenceSelf {
  readonly id: string;
  readonly ref: number;
}

/** The whole group at `version`. */
export interface PresenceState {
  readonly key: string;
  /** Names the life of the numbering; a new one means that versions cannot be compared with older ones. */
  readonly epoch: string;
  readonly version: number;
  /** Exact, also where `presences` holds only the first part of a very large group. */
  readonly count: number;
  /** `null` for a watcher, which sees without being seen. */
  readonly self: PresenceSelf | null;
  readonly presences: readonly Presence[];
}

/** What changed between `from` and `version`. A user is in at most one of the three lists. */
export interface PresenceDiff {
  readonly key: string;
  readonly epoch: string;
  readonly from: number;
  readonly version: number;
  readonly count: number;
  readonly leaves: readonly { readonly id: string }[];
  readonly joins: readonly Presence[];
  readonly updates: readonly Presence[];
}

/** An application's broadcast to the group. */
export interface PresenceEvent {
  readonly key: string;
  readonly event: string;
  readonly payload: unknown;
}
