import type { PresenceClient } from "../client.js";
import { report, type Unsubscribe } from "../emitter.js";
import { failureOf } from "../failure.js";

/** Somebody who may want to see the cursors that a connection gets. */
export interface CursorViewer {
  readonly visible: boolean;
  readonly visibilityMethod: string | null;
}

const deliveries = new WeakMap<PresenceClient, CursorDelivery>();

/** Tells the server of one connection whether anybody wants cursors. A server that cannot be told sends them for nothing. */
export class CursorDelivery {
  readonly #client: PresenceClient;
  readonly #viewers = new Set<CursorViewer>();
  readonly #missing = new Set<string>();
  /** What the server believes: a new connection gets cursors. */
  #told = true;

  private constructor(client: PresenceClient) {
    this.#client = client;
  }

  static of(client: PresenceClient): CursorDelivery {
    const delivery = deliveries.get(client) ?? new CursorDelivery(client);
    deliveries.set(client, delivery);
    return delivery;
  }

  add(viewer: CursorViewer): Unsubscribe {
    this.#viewers.add(viewer);
    return () => void this.#viewers.delete(viewer);
  }

  /** The connection is lost, and with it what its server was told. */
  reset(): void {
    this.#told = true;
  }

  /** Tells the server, to which there is a connection, what is wanted now, unless it knows. */
  update({ visibilityMethod: method }: CursorViewer): void {
    const wanted = [...this.#viewers].some(({ visible }) => visible);
    if (wanted === this.#told || method === null || this.#missing.has(method)) return;
    this.#told = wanted;
    this.#client.invoke(method, wanted).catch((error: unknown) => this.#failed(method, error));
  }

  #failed(method: string, error: unknown): void {
    const failure = failureOf(error);
    // The next connection is told anew.
    if (failure === "closed") return;
    if (failure === "missing") this.#missing.add(method);
    report(`cursors are hidden here only, because the hub's method ${method} failed (${failure})`, error);
  }
}
