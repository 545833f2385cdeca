import { afterEach, beforeEach, vi } from "vitest";
import { LiveCursors } from "../../src/cursors/live-cursors.js";
import type { LiveCursorsOptions } from "../../src/cursors/options.js";
import type { JsonObject } from "../../src/wire.js";
import { createLive, key } from "../create-client.js";
import { layOut, point } from "./layout.js";

export const frames = (count: number) => vi.advanceTimersByTimeAsync(count * 16);
export const wait = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

export let reducedMotion: { matches: boolean };
let begun: LiveCursors[] = [];

export function hide(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

/** Cursors over an element of 400 by 200 pixels, seen by Ada, whose ref is 1. Bob's is 2. The hub has these methods, too. */
export async function createBoard(options: LiveCursorsOptions = {}, methods: Record<string, () => unknown> = {}) {
  document.body.innerHTML = "<main><p></p></main>";
  const element = document.querySelector("main")!;
  const layout = layOut(element);
  const live = await createLive();
  const { connection, group, server, sendDiff } = live;
  Object.assign(connection.methods, methods);
  const cursors = new LiveCursors(group, element, options);
  begun.push(cursors);
  const frame = (moves: unknown, gone?: unknown) => connection.deliver("CursorFrame", { key, moves, gone });
  const drawn = () => [...element.querySelectorAll<HTMLElement>(".live-cursor")];
  const drawnAt = (id: string) => drawn().find((one) => one.getAttribute("data-presence-id") === id)?.style.transform;
  /** Joins a user whose cursor is drawn. */
  const draw = async (id: string, meta?: JsonObject) => {
    const ref = server.join(id, meta);
    sendDiff();
    frame([ref, 0.5, 0.5]);
    await frames(2);
    return { ref, view: drawn().find((one) => one.getAttribute("data-presence-id") === id)! };
  };
  const sent = () => connection.calls.filter(([method]) => method.startsWith("CursorMove"));
  const move = (x: number, y: number) => point(element, "pointermove", x, y);
  return { ...live, cursors, element, layout, frame, drawn, drawnAt, draw, sent, move };
}

beforeEach(() => {
  vi.useFakeTimers();
  reducedMotion = { matches: false };
  vi.stubGlobal("matchMedia", () => reducedMotion);
});

afterEach(async () => {
  begun.forEach((cursors) => cursors.dispose());
  begun = [];
  Object.defineProperty(document, "hidden", { value: false, configurable: true });
  document.body.innerHTML = "";
  await vi.advanceTimersByTimeAsync(2_000);
  vi.useRealTimers();
});
