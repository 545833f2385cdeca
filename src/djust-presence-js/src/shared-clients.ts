import type { PresenceClient } from "./client.js";
import type { HubConnectionLike } from "./connection.js";

/** A hub's URL, absolute or relative to the page, or a connection to it. */
export type Hub = string | HubConnectionLike;

const byUrl = new Map<string, PresenceClient>();
const byConnection = new WeakMap<HubConnectionLike, PresenceClient>();

/** The page's client of a hub, made if there is none. */
export function sharedClient(hub: Hub, make: () => PresenceClient): PresenceClient {
  const known = typeof hub === "string" ? byUrl.get(absoluteUrl(hub)) : byConnection.get(hub);
  if (known !== undefined) return known;
  const client = make();
  share(hub, client);
  return client;
}

/** Makes the client its hub's shared one, unless there is one already. */
export function share(hub: Hub, client: PresenceClient): void {
  if (typeof hub === "string") {
    const url = absoluteUrl(hub);
    if (!byUrl.has(url)) byUrl.set(url, client);
  } else if (!byConnection.has(hub)) {
    byConnection.set(hub, client);
  }
}

/** A client that nobody uses any more is forgotten: a page that visits a thousand hubs does not remember them all. */
export function unshare(hub: Hub, client: PresenceClient): void {
  if (typeof hub === "string" && byUrl.get(absoluteUrl(hub)) === client) byUrl.delete(absoluteUrl(hub));
}

/** Where there is no page to be relative to, the URL is taken as it is. */
export function absoluteUrl(url: string): string {
  return typeof document === "undefined" ? url : new URL(url, document.baseURI).href;
}
