import type { PresenceClient } from "./client.js";
import type { CursorFrame } from "./cursors/frame.js";
import { Emitter, type Unsubscribe } from "./emitter.js";
import { sorted, type GroupState, type PresenceChange } from "./state.js";
import type { Presence, PresenceEvent, PresenceSelf } from "./wire.js";

/**
 * - `connecting`: no state has arrived yet.
 * - `live`: the list is what the server says now.
 * - `reconnecting`: the list is what was last known; a fresh one is on its way.
 * - `offline`: nobody is following the group: the client was stopped, or the server does not count this connection in.
 */
export type PresenceStatus = "connecting" | "live" | "reconnecting" | "offline";

/** A group at one moment. Frozen: it is never changed afterwards, a newer one takes its place. */
export interface PresenceSnapshot {
  readonly key: string;
  readonly status: PresenceStatus;
  /** Ordered by `joinedAt`, then `id`. */
  readonly presences: readonly Presence[];
  /** Users in the group. Exact, also where `presences` holds only the first part of a very large group. */
  readonly count: number;
  /** This connection's own user and ref; `null` for a watcher and before the first state. */
  readonly self: PresenceSelf | null;
  /** `null` while there is no state. */
  readonly epoch: string | null;
  readonly version: number;
}

const nobody: readonly Presence[] = Object.freeze([]);

/** One group as a store: read it, subscribe to it, hear who comes and goes. */
export class PresenceGroup {
  readonly key: string;
  /** The client whose connection the group is followed over. */
  readonly client: PresenceClient;
  #state: GroupState | undefined;
  #status: PresenceStatus = "connecting";
  #snapshot: PresenceSnapshot | undefined;
  readonly #changed = new Emitter<[]>();
  readonly #happened = { join: new Emitter<[Presence]>(), update: new Emitter<[Presence]>(), leave: new Emitter<[Presence]>() };
  readonly #events = new Emitter<[PresenceEvent]>();
  readonly #cursors = new Emitter<[CursorFrame]>();

  /** @internal Groups are made by {@link PresenceClient.group}. */
  constructor(key: string, client: PresenceClient) {
    this.key = key;
    this.client = client;
  }

  get status(): PresenceStatus {
    return this.#status;
  }

  /** The group now. The same object until something changes, and built only if somebody asks. */
  readonly getSnapshot = (): PresenceSnapshot => (this.#snapshot ??= this.#build());

  /** Calls back after each change of the snapshot, before the callbacks that say what the change was. */
  readonly subscribe = (listener: () => void): Unsubscribe => this.#changed.add(listener);

  /** A user came. Not called for those who were present when the first state arrived. */
  onJoin(callback: (presence: Presence) => void): Unsubscribe {
    return this.#happened.join.add(callback);
  }

  /** A user's meta changed. A second tab, opened or closed, is no update. */
  onUpdate(callback: (presence: Presence) => void): Unsubscribe {
    return this.#happened.update.add(callback);
  }

  /** A user's last connection went. The presence is the last one that was known. */
  onLeave(callback: (presence: Presence) => void): Unsubscribe {
    return this.#happened.leave.add(callback);
  }

  /** The application's broadcasts to the group: all of them, or those of one name. */
  onEvent(callback: (event: PresenceEvent) => void): Unsubscribe;
  onEvent(name: string, callback: (payload: unknown) => void): Unsubscribe;
  onEvent(nameOrAll: string | ((event: PresenceEvent) => void), callback?: (payload: unknown) => void): Unsubscribe {
    if (typeof nameOrAll === "function") return this.#events.add(nameOrAll);
    return this.#events.add(({ event, payload }) => {
      // Returned, so that a callback's promise that rejects is reported too.
      return event === nameOrAll ? callback?.(payload) : undefined;
    });
  }

  /** Other connections' cursors moved or ended. {@link LiveCursors} draws them. */
  onCursors(callback: (frame: CursorFrame) => void): Unsubscribe {
    return this.#cursors.add(callback);
  }

  /** The user that a connection belongs to; `undefined` for a ref that is not, or no longer, in the group. */
  owner(ref: number): Presence | undefined {
    const id = this.#state?.owners.get(ref);
    return id === undefined ? undefined : this.#state?.members.get(id);
  }

  /** This connection's own ref; `undefined` while it is not in the group, but only watches it for instance. */
  get ownRef(): number | undefined {
    const self = this.#state?.self;
    return self && this.#state?.owners.get(self.ref) === self.id ? self.ref : undefined;
  }

  /** @internal */
  publish(state: GroupState | undefined, status: PresenceStatus, events: readonly PresenceChange[] = []): void {
    if (state !== this.#state || status !== this.#status) {
      this.#state = state;
      this.#status = status;
      this.#snapshot = undefined;
      this.#changed.emit();
    }
    for (const { type, presence } of events) this.#happened[type].emit(presence);
  }

  /** @internal */
  deliver(event: PresenceEvent): void {
    this.#events.emit(event);
  }

  /** @internal */
  deliverCursors(frame: CursorFrame): void {
    this.#cursors.emit(frame);
  }

  #build(): PresenceSnapshot {
    const { key } = this;
    const status = this.#status;
    const state = this.#state;
    if (state === undefined) {
      return Object.freeze({ key, status, presences: nobody, count: 0, self: null, epoch: null, version: 0 });
    }
    const { count, self, epoch, version } = state;
    return Object.freeze({ key, status, presences: sorted(state), count, self, epoch, version });
  }
}
