import { failureOf } from "./failure.js";
import type { PresenceGroup } from "./group.js";
import { parseState } from "./parse.js";
import { retryDelay } from "./retry.js";
import { applyDiff, applyState, type GroupState, type PresenceChange } from "./state.js";
import type { PresenceDiff, PresenceState } from "./wire.js";

/** What a feed needs of the connection. */
export interface FeedPort {
  /** Calls `PresenceSync`. */
  sync(key: string): Promise<unknown>;
  /** Reconnects, so that the server sends all states again; `false` if that was done a short while ago or is not ours to do. */
  restart(): boolean;
  /** Milliseconds within which a connection is expected to bring a state. */
  readonly stateTimeout: number;
}

/** How many diffs wait for a state. */
const bufferLimit = 256;
/** After so many failed attempts to get a first state, a group is called offline; the attempts go on. */
const patience = 3;

/** Feeds one group from the messages of the connection, and asks for a fresh state where they leave a hole. */
export class GroupFeed {
  readonly #group: PresenceGroup;
  readonly #port: FeedPort;
  #state: GroupState | undefined;
  /** Whether the state came over the connection that is up now. */
  #fresh = false;
  /** The sync under way. An answer to any other comes too late. */
  #flight: object | undefined;
  #attempt = 0;
  #buffer: PresenceDiff[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(group: PresenceGroup, port: FeedPort) {
    this.#group = group;
    this.#port = port;
  }

  /** @param message `null` for a state that could not be read. */
  onState(message: PresenceState | null): void {
    if (message === null) return this.#resync();
    // Within one connection and epoch versions only rise: an older state is a late copy.
    if (this.#fresh && message.epoch === this.#state?.epoch && message.version < this.#state.version) return;
    this.#attempt = 0;
    this.#accept(message);
  }

  /** @param diff `null` for a diff that could not be read. */
  onDiff(diff: PresenceDiff | null): void {
    if (diff === null) return this.#resync();
    if (this.#flight !== undefined) return this.#hold(diff);
    const result = applyDiff(this.#fresh ? this.#state : undefined, diff);
    if (result === "stale") return;
    if (result === "gap") {
      this.#resync();
      return this.#hold(diff);
    }
    this.#attempt = 0;
    this.#state = result.state;
    this.#group.publish(result.state, "live", result.events);
  }

  /** The connection is up. @param late whether it was up before, so that its state may have come and gone unheard. */
  onUp(late: boolean): void {
    if (this.#fresh || this.#flight !== undefined) return;
    if (late) return this.#resync("absent");
    this.#after(this.#port.stateTimeout, () => {
      this.#group.publish(this.#state, "offline");
      this.#resync("absent");
    });
  }

  /** The connection is down. What was last known stays visible. */
  onDown(stopped: boolean): void {
    this.#fresh = false;
    this.#attempt = 0;
    this.#land();
    this.#buffer = [];
    this.#group.publish(this.#state, stopped ? "offline" : this.#state === undefined ? "connecting" : "reconnecting");
  }

  #accept(message: PresenceState): void {
    this.#land();
    let { state, events } = applyState(this.#state, message);
    const all: PresenceChange[] = [...events];
    const held = this.#buffer;
    this.#buffer = [];
    for (const [index, diff] of held.entries()) {
      const result = applyDiff(state, diff);
      if (result === "stale") continue;
      if (result === "gap") {
        this.#buffer = held.slice(index);
        break;
      }
      this.#attempt = 0;
      state = result.state;
      all.push(...result.events);
    }
    this.#state = state;
    this.#fresh = true;
    if (this.#buffer.length > 0) this.#resync();
    this.#group.publish(state, "live", all);
  }

  #hold(diff: PresenceDiff): void {
    // The oldest are the likeliest to be in the state that is under way.
    if (this.#buffer.length === bufferLimit) this.#buffer.shift();
    this.#buffer.push(diff);
  }

  /** @param reason whether messages of a group that we follow are missing, or whether we follow it at all is the question. */
  #resync(reason: "gap" | "absent" = "gap"): void {
    if (this.#flight !== undefined) return;
    const flight = (this.#flight = {});
    clearTimeout(this.#timer);
    const delay = retryDelay(this.#attempt++, Math.random());
    if (delay === 0) void this.#fetch(flight, reason);
    else this.#after(delay, () => void this.#fetch(flight, reason));
  }

  async #fetch(flight: object, reason: "gap" | "absent"): Promise<void> {
    try {
      const answer = parseState(await this.#port.sync(this.#group.key));
      if (flight !== this.#flight) return;
      if (answer?.key === this.#group.key) return this.#accept(answer);
      this.#again(reason);
    } catch (error) {
      if (flight === this.#flight) this.#failed(reason, error);
    }
  }

  #failed(reason: "gap" | "absent", error: unknown): void {
    switch (failureOf(error)) {
      case "refused":
        return this.#forget();
      case "missing":
        // A hub without the method still sends a state to whoever connects.
        if (reason === "absent") return this.#giveUp(this.#state);
        if (!this.#port.restart()) this.#again(reason);
        return;
      case "closed":
      case "failed":
        return this.#again(reason);
    }
  }

  #again(reason: "gap" | "absent"): void {
    const { status } = this.#group;
    this.#land();
    this.#group.publish(this.#state, this.#fresh ? "reconnecting" : this.#attempt > patience ? "offline" : status);
    this.#resync(reason);
  }

  /** We are not in the group. Who is there is not ours to know, but nobody has left: so no events. */
  #forget(): void {
    this.#buffer = [];
    this.#fresh = false;
    this.#giveUp(undefined);
  }

  #giveUp(state: GroupState | undefined): void {
    this.#land();
    this.#state = state;
    this.#group.publish(state, "offline");
  }

  #land(): void {
    this.#flight = undefined;
    clearTimeout(this.#timer);
  }

  #after(milliseconds: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, milliseconds);
  }
}
