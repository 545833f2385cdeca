import { createConnection, type HubConnectionLike } from "./connection.js";

/** What a client may be told. Everything has a default. */
export interface PresenceClientOptions {
  /** The group that the client's own `onJoin`, `onEvent` ... are about. Default: all groups of the connection. */
  readonly key?: string;
  /** Milliseconds between two calls of `PresenceHeartbeat`. Default: 30,000. */
  readonly heartbeatInterval?: number;
  /** Milliseconds within which a connection is expected to bring a group's state, before the group is called offline. Default: 5,000. */
  readonly stateTimeout?: number;
  /** Milliseconds that a connection outlives its last user, so that an element can be moved or mounted again. Default: 1,000. */
  readonly lingerTime?: number;
  /**
   * Called after each connect and reconnect. A hub that tracks in a method of its own, rather than when somebody connects, is
   * told again here: `(connection) => connection.invoke("Join", room)`.
   */
  readonly onConnected?: (connection: HubConnectionLike) => unknown;
  /** Makes the connection to a hub's absolute URL. Default: SignalR's, with the JSON protocol. */
  readonly createConnection?: (url: string) => HubConnectionLike;
}

/** A client's options, complete. */
export type ClientSettings = Required<Omit<PresenceClientOptions, "key" | "onConnected">> &
  Pick<PresenceClientOptions, "key" | "onConnected">;

const defaults: ClientSettings = {
  heartbeatInterval: 30_000,
  stateTimeout: 5_000,
  lingerTime: 1_000,
  createConnection,
};

let pageDefaults: PresenceClientOptions = {};

/** Sets defaults for the clients that are made from now on, those of the elements included. */
export function configurePresence(options: PresenceClientOptions): void {
  pageDefaults = { ...pageDefaults, ...options };
}

/** @internal */
export function settingsOf(options: PresenceClientOptions): ClientSettings {
  const settings = { ...defaults, ...pageDefaults, ...options };
  for (const name of ["heartbeatInterval", "stateTimeout", "lingerTime"] as const) {
    const value = settings[name];
    if (!Number.isFinite(value) || value < 0 || (name === "heartbeatInterval" && value === 0)) {
      throw new RangeError(`djust-presence: ${name} must be a number of milliseconds, not ${value}.`);
    }
  }
  return settings;
}
