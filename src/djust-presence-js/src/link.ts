import type { HubConnectionLike } from "./connection.js";
import { retryDelay } from "./retry.js";

export interface LinkEvents {
  /** @param late whether somebody else had started the connection before. */
  up(late: boolean): void;
  /** @param stopped whether that is meant to last. */
  down(stopped: boolean): void;
}

/** A connection that was up for less did not work: the next attempt waits longer. */
const stableAfter = 5_000;
/** An attempt to connect that takes longer is given up, and made again. */
const startTimeout = 15_000;
const restartEvery = 60_000;

/**
 * Keeps one connection up for as long as it is wanted. Whatever asks for a change only notes what it wants; one loop, of which
 * there is never a second, brings the connection there.
 */
export class Link {
  readonly #connection: HubConnectionLike;
  readonly #events: LinkEvents;
  #open = false;
  #suspended = false;
  /** Whether the connection is ours to start and stop. One that was already started is the application's. */
  #managed: boolean | undefined;
  #working = false;
  #starting = false;
  #up = false;
  #upSince = 0;
  #attempt = 0;
  #restarted = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: HubConnectionLike, events: LinkEvents) {
    this.#connection = connection;
    this.#events = events;
    connection.onclose(() => this.#lost());
    connection.onreconnecting(() => this.#goDown());
    connection.onreconnected(() => this.#goUp(false));
  }

  get isUp(): boolean {
    return this.#up;
  }

  open(): void {
    if (this.#open) return;
    this.#managed ??= this.#connection.state === "Disconnected";
    this.#open = true;
    this.#suspended = false;
    this.#attempt = 0;
    this.#work();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#interrupt();
  }

  /** Stops at once, until {@link wake}. */
  suspend(): void {
    if (!this.#open || this.#suspended) return;
    this.#suspended = true;
    this.#interrupt();
  }

  /** Tries at once what would be tried later. */
  wake(): void {
    this.#suspended = false;
    if (!this.#open || this.#up) return;
    this.#attempt = 0;
    // SignalR's own reconnect cannot be hurried, only replaced.
    if (this.#managed && this.#connection.state === "Reconnecting") void this.#stop();
    this.#work();
  }

  /** Reconnects. @returns `false` if that was done less than a minute ago, or is the application's to do. */
  restart(): boolean {
    const now = Date.now();
    if (!this.#up || !this.#managed || now - this.#restarted < restartEvery) return false;
    this.#restarted = now;
    // The loop finds a closed connection that is wanted, and starts it.
    this.#attempt = 0;
    void this.#stop();
    return true;
  }

  get #wanted(): boolean {
    return this.#open && !this.#suspended;
  }

  #work(): void {
    clearTimeout(this.#timer);
    if (!this.#working) void this.#loop();
  }

  /** Ends as soon as there is nothing to do, or nothing to do now. Nothing in it throws. */
  async #loop(): Promise<void> {
    this.#working = true;
    for (;;) {
      const state = this.#connection.state;
      if (!this.#wanted) {
        this.#goDown();
        if (!this.#managed || state === "Disconnected") break;
        await this.#stop();
      } else if (state === "Connected") {
        this.#goUp(!this.#managed);
        // Those who were told may want something else by now.
        if (this.#wanted) break;
      } else if (state !== "Disconnected" || !this.#managed || !(await this.#start())) {
        if (this.#wanted) {
          this.#later();
          break;
        }
      }
    }
    this.#working = false;
  }

  async #start(): Promise<boolean> {
    const tooLong = setTimeout(() => void this.#stop(), startTimeout);
    this.#starting = true;
    try {
      await this.#connection.start();
      // A server may close what it has just opened. That is no success.
      return this.#connection.state === "Connected";
    } catch {
      // SignalR has logged why. For us there is one answer to every reason: again, later.
      return false;
    } finally {
      this.#starting = false;
      clearTimeout(tooLong);
    }
  }

  async #stop(): Promise<void> {
    try {
      await this.#connection.stop();
    } catch {
      // A connection that cannot even be closed is as gone as it gets.
    }
  }

  #interrupt(): void {
    // An attempt that is under way would otherwise be waited for.
    if (this.#starting) void this.#stop();
    this.#work();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#work(), retryDelay(this.#attempt++, Math.random()));
  }

  #lost(): void {
    if (this.#up && Date.now() - this.#upSince >= stableAfter) this.#attempt = 0;
    this.#goDown();
    if (this.#wanted && !this.#working) this.#later();
  }

  #goUp(late: boolean): void {
    if (this.#up || !this.#open) return;
    this.#up = true;
    this.#upSince = Date.now();
    this.#events.up(late);
  }

  #goDown(): void {
    this.#up = false;
    this.#events.down(!this.#open);
  }
}
