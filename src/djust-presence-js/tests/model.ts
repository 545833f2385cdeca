import type { JsonObject, Presence, PresenceDiff, PresenceState } from "../src/wire.js";

interface User {
  readonly id: string;
  readonly joinedAt: string;
  readonly meta: JsonObject;
  readonly refs: readonly number[];
}

const start = Date.UTC(2026, 0, 1, 10);

/** The server as the wire contract describes it, as plainly as possible: what the client is compared with. */
export class ModelServer {
  readonly key: string;
  epoch = "e1";
  version = 0;
  users = new Map<string, User>();
  #nextRef = 1;
  #tick = 0;
  #sent: { version: number; users: ReadonlyMap<string, User> } = { version: 0, users: new Map() };

  constructor(key = "document:42") {
    this.key = key;
  }

  join(id: string, meta: JsonObject = { name: id }): number {
    const ref = this.#nextRef++;
    const known = this.users.get(id);
    const joinedAt = known?.joinedAt ?? new Date(start + this.#tick++).toISOString();
    this.#commit(id, { id, joinedAt, meta: known?.meta ?? meta, refs: [...(known?.refs ?? []), ref] });
    return ref;
  }

  /** Closes the user's oldest connection. */
  close(id: string): void {
    const known = this.users.get(id);
    if (known === undefined) return;
    const refs = known.refs.slice(1);
    this.#commit(id, refs.length === 0 ? undefined : { ...known, refs });
  }

  update(id: string, meta: JsonObject): void {
    const known = this.users.get(id);
    if (known !== undefined) this.#commit(id, { ...known, meta });
  }

  /** The store lost its memory: a new numbering, the same people. */
  restart(): void {
    this.epoch = `e${Number(this.epoch.slice(1)) + 1}`;
    this.version = 0;
    this.#sent = { version: 0, users: this.users };
  }

  state(selfId?: string): PresenceState {
    const self = selfId === undefined ? undefined : this.users.get(selfId);
    return {
      ...this.#numbering(),
      self: self === undefined ? null : { id: self.id, ref: self.refs[0]! },
      presences: [...this.users.values()].map(presence).sort((a, b) => (a.joinedAt < b.joinedAt ? -1 : 1)),
    };
  }

  /** All changes since the last diff, as one. */
  diff(): PresenceDiff {
    const before = this.#sent;
    this.#sent = { version: this.version, users: this.users };
    const now = [...this.users.values()];
    return {
      ...this.#numbering(),
      from: before.version,
      leaves: [...before.users.keys()].filter((id) => !this.users.has(id)).map((id) => ({ id })),
      joins: now.filter(({ id }) => !before.users.has(id)).map(presence),
      updates: now.filter((user) => before.users.has(user.id) && before.users.get(user.id) !== user).map(presence),
    };
  }

  #numbering() {
    return { key: this.key, epoch: this.epoch, version: this.version, count: this.users.size };
  }

  #commit(id: string, user: User | undefined): void {
    const users = new Map(this.users);
    if (user === undefined) users.delete(id);
    else users.set(id, user);
    this.users = users;
    this.version++;
  }
}

function presence({ id, joinedAt, meta, refs }: User): Presence {
  return { id, joinedAt, meta, connections: refs.map((ref) => ({ ref })) };
}
