import type { HubConnectionLike } from "../src/connection.js";

type Handler = (...args: any[]) => void;

/** A hub connection whose server is the test. Starting and stopping succeed unless told otherwise. */
export class FakeConnection implements HubConnectionLike {
  state = "Disconnected";
  starts = 0;
  stops = 0;
  /** Called before a start succeeds; throw to make it fail. */
  onStart: () => void | Promise<void> = () => undefined;
  /** Called while a start is still under way, as SignalR does with what arrives together with the handshake. */
  withHandshake: () => void = () => undefined;
  /** Called once the connection is up: what the hub does when somebody connects. */
  greet: () => void = () => undefined;
  methods: Record<string, (...args: any[]) => unknown> = {};
  readonly calls: [method: string, ...args: unknown[]][] = [];
  readonly #handlers = new Map<string, Handler[]>();
  readonly #closed: Handler[] = [];
  readonly #reconnecting: Handler[] = [];
  readonly #reconnected: Handler[] = [];
  #abortStart: ((error: Error) => void) | undefined;

  get handlerCounts(): Record<string, number> {
    const counts = Object.fromEntries([...this.#handlers].map(([target, all]) => [target, all.length]));
    return { ...counts, close: this.#closed.length, reconnecting: this.#reconnecting.length, reconnected: this.#reconnected.length };
  }

  on(target: string, handler: Handler): void {
    this.#handlers.set(target, [...(this.#handlers.get(target) ?? []), handler]);
  }

  onclose(callback: Handler): void {
    this.#closed.push(callback);
  }

  onreconnecting(callback: Handler): void {
    this.#reconnecting.push(callback);
  }

  onreconnected(callback: Handler): void {
    this.#reconnected.push(callback);
  }

  async start(): Promise<void> {
    if (this.state !== "Disconnected") throw new Error("Cannot start a HubConnection that is not in the 'Disconnected' state.");
    this.starts++;
    this.state = "Connecting";
    try {
      await Promise.race([this.onStart(), new Promise<never>((_, reject) => (this.#abortStart = reject))]);
    } catch (error) {
      this.state = "Disconnected";
      throw error;
    }
    this.withHandshake();
    this.state = "Connected";
    queueMicrotask(() => this.state === "Connected" && this.greet());
  }

  async stop(): Promise<void> {
    this.stops++;
    if (this.state === "Connecting") this.#abortStart?.(new Error("The connection was stopped before it was started."));
    if (this.state !== "Connected" && this.state !== "Reconnecting") return;
    this.state = "Disconnecting";
    await Promise.resolve();
    this.drop();
  }

  async invoke<T>(method: string, ...args: unknown[]): Promise<T> {
    if (this.state !== "Connected") throw new Error("Cannot send data if the connection is not in the 'Connected' State.");
    this.calls.push([method, ...args]);
    const answer = this.methods[method];
    if (answer === undefined) throw new Error(`Failed to invoke '${method}' due to an error on the server. HubException: Method does not exist.`);
    return (await answer(...args)) as T;
  }

  /** What the client does not wait for an answer of. The server has any method: it could not say otherwise. */
  async send(method: string, ...args: unknown[]): Promise<void> {
    if (this.state !== "Connected") throw new Error("Cannot send data if the connection is not in the 'Connected' State.");
    this.calls.push([method, ...args]);
  }

  /** A message from the server. */
  deliver(target: string, message: unknown): void {
    const copy: unknown = message === undefined ? undefined : JSON.parse(JSON.stringify(message));
    this.#handlers.get(target)?.forEach((handler) => handler(copy));
  }

  /** The connection is lost. */
  drop(): void {
    this.state = "Disconnected";
    this.#closed.forEach((callback) => callback());
  }

  count(method: string): number {
    return this.calls.filter(([called]) => called === method).length;
  }
}

export function hubException(method: string, message: string): Error {
  return new Error(`An unexpected error occurred invoking '${method}' on the server. HubException: ${message}`);
}
