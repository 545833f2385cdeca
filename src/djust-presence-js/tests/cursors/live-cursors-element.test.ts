// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { LiveCursorsElement } from "../../src/index.js";
import { connections, key, list, sendState, server, settle } from "../elements/page.js";
import { layOut, point } from "./layout.js";

const hub = 'hub="/hubs/document/42"';
const cursorsElement = () => document.querySelector<LiveCursorsElement>("live-cursors")!;
const board = () => document.querySelector("main")!;
const drawnIn = (element: Element) => element.querySelectorAll(":scope > .live-cursors-overlay > .live-cursor").length;
const frames = (count: number) => vi.advanceTimersByTimeAsync(count * 16);

async function show(html: string, methods: Record<string, () => unknown> = {}) {
  document.body.innerHTML = html;
  layOut(board());
  await settle();
  Object.assign(connections[0]!.methods, methods);
  sendState();
  connections[0]!.deliver("CursorFrame", { key, moves: [2, 0.5, 0.5] });
  await frames(2);
}

beforeEach(() => void vi.stubGlobal("matchMedia", () => ({ matches: false })));

describe("<live-cursors>", () => {
  test("draws over the element that it is in", async () => {
    await show(`<main><live-cursors presence-key="${key}" ${hub}></live-cursors></main>`);
    expect(drawnIn(board())).toBe(1);
    expect(cursorsElement().cursors!.element).toBe(board());
    expect(cursorsElement().getAttribute("data-status")).toBe("live");
    point(board(), "pointermove", 100, 100);
    await frames(1);
    expect(connections[0]!.calls).toContainEqual(["CursorMove", 0.25, 0.5]);
  });

  test("draws over the element that it is for", async () => {
    await show(`<main id="board"></main><live-cursors for="#board" presence-key="${key}" ${hub}></live-cursors>`);
    expect(drawnIn(board())).toBe(1);
  });

  test("takes another element when it is told to", async () => {
    await show(`<main></main><section></section><live-cursors for="main" presence-key="${key}" ${hub}></live-cursors>`);
    const section = document.querySelector("section")!;
    layOut(section);
    cursorsElement().setAttribute("for", "section");
    await settle();
    connections[0]!.deliver("CursorFrame", { key, moves: [2, 0.5, 0.5] });
    await frames(2);
    expect([drawnIn(board()), drawnIn(section)]).toEqual([0, 1]);
  });

  test("shares the connection that the page has", async () => {
    await show(`<main><live-cursors presence-key="${key}"></live-cursors></main><presence-list presence-key="${key}" ${hub}></presence-list>`);
    expect(connections).toHaveLength(1);
    expect(drawnIn(board())).toBe(1);
    expect(list().querySelectorAll("presence-item")).toHaveLength(2);
    server.close("bob");
    connections[0]!.deliver("PresenceDiff", server.diff());
    expect(drawnIn(board())).toBe(0);
    expect(list().querySelectorAll("presence-item")).toHaveLength(1);
  });

  test.each(["#missing", ":::"])("for %s draws nothing, and says so", async (selector) => {
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await show(`<main></main><live-cursors for="${selector}" presence-key="${key}" ${hub}></live-cursors>`);
    expect(cursorsElement().cursors).toBeUndefined();
    expect(error).toHaveBeenCalledTimes(1);
  });

  test("hides the cursors of others while it has the attribute", async () => {
    const html = `<main><live-cursors hidden-cursors presence-key="${key}" ${hub}></live-cursors></main>`;
    await show(html, { ShowCursors: () => undefined });
    expect(drawnIn(board())).toBe(0);
    expect(cursorsElement().visible).toBe(false);
    cursorsElement().visible = true;
    expect(cursorsElement().hasAttribute("hidden-cursors")).toBe(false);
    connections[0]!.deliver("CursorFrame", { key, moves: [2, 0.5, 0.5] });
    await frames(2);
    expect(drawnIn(board())).toBe(1);
    cursorsElement().setAttribute("hidden-cursors", "");
    expect(drawnIn(board())).toBe(0);
    expect(cursorsElement().cursors!.visible).toBe(false);
  });

  test("that is removed takes along what it drew", async () => {
    await show(`<main></main><live-cursors for="main" presence-key="${key}" ${hub}></live-cursors>`);
    cursorsElement().remove();
    expect(board().innerHTML).toBe("");
    await vi.advanceTimersByTimeAsync(1_500);
    expect(connections[0]!.state).toBe("Disconnected");
  });
});
