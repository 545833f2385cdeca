import type { HubConnectionLike } from "./connection.js";
import { parseFrame } from "./cursors/frame.js";
import { Emitter, guarded, type Unsubscribe } from "./emitter.js";
import { GroupFeed } from "./feed.js";
import { PresenceGroup } from "./group.js";
import { Heartbeat } from "./heartbeat.js";
import { Link } from "./link.js";
import { settingsOf, type ClientSettings, type PresenceClientOptions } from "./options.js";
import { announceGroup } from "./page-groups.js";
import { watchPage } from "./page-lifecycle.js";
import { keyOf, parseDiff, parseEvent, parseState } from "./parse.js";
import { absoluteUrl, share, sharedClient, unshare, type Hub } from "./shared-clients.js";
import type { Presence } from "./wire.js";

/** A client's own options, and the hub to connect to: its URL, or a connection that the application has made. */
export interface PresenceClientInit extends PresenceClientOptions {
  readonly hub: Hub;
}

interface Entry {
  readonly group: PresenceGroup;
  readonly feed: GroupFeed;
  withdraw?: Unsubscribe;
}

/**
 * One connection to a hub, and the groups that it is in. The client connects again for ever, and brings every group back to
 * what the server says.
 *
 * A connection that was already started stays the application's: it is listened to, never started or stopped.
 */
export class PresenceClient {
  readonly connection: HubConnectionLike;
  readonly #hub: Hub;
  readonly #settings: ClientSettings;
  readonly #link: Link;
  readonly #heartbeat: Heartbeat;
  readonly #groups = new Map<string, Entry>();
  readonly #connected = new Emitter<[]>();
  readonly #happened = {
    join: new Emitter<[Presence, string]>(),
    update: new Emitter<[Presence, string]>(),
    leave: new Emitter<[Presence, string]>(),
    event: new Emitter<[event: string, payload: unknown, key: string]>(),
  };
  #endPage: Unsubscribe | undefined;
  #users = 0;
  #pinned = false;
  #lingering: ReturnType<typeof setTimeout> | undefined;

  constructor({ hub, ...options }: PresenceClientInit) {
    this.#settings = settingsOf(options);
    // A page's address may change while the client lives; the hub's does not.
    this.#hub = typeof hub === "string" ? absoluteUrl(hub) : hub;
    this.connection = typeof this.#hub === "string" ? this.#settings.createConnection(this.#hub) : this.#hub;
    this.#heartbeat = new Heartbeat(this.#settings.heartbeatInterval, () => this.connection.invoke("PresenceHeartbeat"));
    this.#link = new Link(this.connection, {
      up: (late) => this.#onUp(late),
      down: (stopped) => this.#onDown(stopped),
    });
    this.#listen();
    if (this.#settings.key !== undefined) this.group(this.#settings.key);
  }

  /**
   * The page's shared client of a hub: one for each absolute URL, or for each connection. Its users {@link acquire} and
   * {@link release} it. The options count if the client is made by this call.
   */
  static for(hub: Hub, options: PresenceClientOptions = {}): PresenceClient {
    return sharedClient(hub, () => new PresenceClient({ ...options, hub }));
  }

  /** Whether the connection is up. */
  get isConnected(): boolean {
    return this.#link.isUp;
  }

  /** The store of a group. A group that the server sends the state of has one without being asked for. */
  group(key: string): PresenceGroup {
    return this.#entry(key).group;
  }

  /** The groups that this client has a store of. */
  get groups(): PresenceGroup[] {
    return [...this.#groups.values()].map(({ group }) => group);
  }

  /** Connects, and keeps connected until {@link stop}. Starting twice is starting once. */
  start(): void {
    this.#pinned = true;
    this.#run();
  }

  /** Disconnects. The groups keep what was last known, with the status `offline`. */
  stop(): void {
    this.#pinned = false;
    clearTimeout(this.#lingering);
    this.#endPage?.();
    this.#endPage = undefined;
    this.#link.close();
    for (const entry of this.#groups.values()) {
      entry.withdraw?.();
      delete entry.withdraw;
    }
  }

  /** Counts one more user of a shared client in; the first one starts it. */
  acquire(): void {
    this.#users++;
    share(this.#hub, this);
    clearTimeout(this.#lingering);
    this.#run();
  }

  /** Counts a user out. A short time after the last one (`lingerTime`) the client stops, unless {@link start} was called. */
  release(): void {
    if (this.#users === 0 || --this.#users > 0 || this.#pinned) return;
    this.#lingering = setTimeout(() => {
      if (this.#pinned) return;
      unshare(this.#hub, this);
      this.stop();
    }, this.#settings.lingerTime);
  }

  /** Calls a method of the application's hub, and answers with its result. */
  invoke<T = unknown>(method: string, ...args: unknown[]): Promise<T> {
    return this.connection.invoke<T>(method, ...args);
  }

  /** Calls a method of the application's hub without waiting for what becomes of it. */
  send(method: string, ...args: unknown[]): Promise<void> {
    return this.connection.send(method, ...args);
  }

  /** Calls back after each connect and reconnect. A group's first state may have come before. */
  onConnected(callback: () => void): Unsubscribe {
    return this.#connected.add(callback);
  }

  /** A user came, to the group of the option `key` or to any. */
  onJoin(callback: (presence: Presence, key: string) => void): Unsubscribe {
    return this.#happened.join.add(callback);
  }

  /** A user's meta changed. */
  onUpdate(callback: (presence: Presence, key: string) => void): Unsubscribe {
    return this.#happened.update.add(callback);
  }

  /** A user left. */
  onLeave(callback: (presence: Presence, key: string) => void): Unsubscribe {
    return this.#happened.leave.add(callback);
  }

  /** The application broadcast the event `name`. */
  onEvent(name: string, callback: (payload: unknown, key: string) => void): Unsubscribe {
    return this.#happened.event.add((event, payload, key) => (event === name ? callback(payload, key) : undefined));
  }

  #run(): void {
    if (this.#endPage !== undefined) return;
    this.#endPage = watchPage({ hide: () => this.#link.suspend(), wake: () => this.#wake() });
    for (const entry of this.#groups.values()) entry.withdraw ??= announceGroup(entry.group);
    this.#link.open();
  }

  #listen(): void {
    this.connection.on("PresenceState", (message: unknown) => {
      this.#onMessage(message, (feed) => feed.onState(parseState(message)));
    });
    this.connection.on("PresenceDiff", (message: unknown) => {
      this.#onMessage(message, (feed) => feed.onDiff(parseDiff(message)));
    });
    this.connection.on("PresenceEvent", (message: unknown) => {
      const event = parseEvent(message);
      if (event !== null) this.group(event.key).deliver(event);
    });
    this.connection.on("CursorFrame", (message: unknown) => {
      const frame = parseFrame(message);
      if (frame !== null) this.#groups.get(frame.key)?.group.deliverCursors(frame);
    });
  }

  /** A message that does not even say which group it is about may be about any. */
  #onMessage(message: unknown, read: (feed: GroupFeed) => void): void {
    const key = keyOf(message);
    if (key !== null) read(this.#entry(key).feed);
    else for (const { feed } of this.#groups.values()) feed.onDiff(null);
    this.#heartbeat.catchUp();
  }

  #entry(key: string): Entry {
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group = new PresenceGroup(key, this);
    const feed = new GroupFeed(group, {
      sync: (of) => this.connection.invoke("PresenceSync", of),
      restart: () => this.#link.restart(),
      stateTimeout: this.#settings.stateTimeout,
    });
    const entry: Entry = { group, feed };
    this.#groups.set(key, entry);
    this.#relay(group);
    if (this.#endPage !== undefined) entry.withdraw = announceGroup(group);
    if (this.isConnected) feed.onUp(false);
    return entry;
  }

  #relay(group: PresenceGroup): void {
    const { key } = group;
    if (this.#settings.key !== undefined && this.#settings.key !== key) return;
    group.onJoin((presence) => this.#happened.join.emit(presence, key));
    group.onUpdate((presence) => this.#happened.update.emit(presence, key));
    group.onLeave((presence) => this.#happened.leave.emit(presence, key));
    group.onEvent(({ event, payload }) => this.#happened.event.emit(event, payload, key));
  }

  #onUp(late: boolean): void {
    this.#heartbeat.start();
    for (const { feed } of this.#groups.values()) feed.onUp(late);
    guarded(() => this.#settings.onConnected?.(this.connection));
    this.#connected.emit();
  }

  #onDown(stopped: boolean): void {
    this.#heartbeat.stop();
    for (const { feed } of this.#groups.values()) feed.onDown(stopped);
  }

  #wake(): void {
    this.#link.wake();
    this.#heartbeat.catchUp();
  }
}
