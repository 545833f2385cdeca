import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";

/** The part of SignalR's `HubConnection` that a client uses; a `HubConnection` fits. */
export interface HubConnectionLike {
  readonly state: string;
  on(target: string, handler: (...args: any[]) => void): void;
  onclose(callback: (error?: Error) => void): void;
  onreconnecting(callback: (error?: Error) => void): void;
  onreconnected(callback: (connectionId?: string) => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  invoke<T = unknown>(method: string, ...args: unknown[]): Promise<T>;
  send(method: string, ...args: unknown[]): Promise<void>;
}

/**
 * The default connection to a hub. WebSockets are taken where both sides can. The negotiation before them stays, because its
 * response is what sets the visitor cookie. There is no automatic reconnect: the client does that itself.
 */
export function createConnection(url: string): HubConnectionLike {
  return new HubConnectionBuilder().withUrl(url).configureLogging(LogLevel.Error).build();
}
