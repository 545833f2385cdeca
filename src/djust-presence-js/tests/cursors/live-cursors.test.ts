// @vitest-environment happy-dom
import { describe, expect, test, vi } from "vitest";
import { LiveCursors } from "../../src/cursors/live-cursors.js";
import { key } from "../create-client.js";
import { ModelServer } from "../model.js";
import { createBoard, frames, hide, wait } from "./board.js";
import { point } from "./layout.js";

describe("the user's own pointer", () => {
  test("is told to the hub, as a share of the element", async () => {
    const { move, sent } = await createBoard();
    move(100, 100);
    await frames(1);
    expect(sent()).toEqual([["CursorMove", 0.25, 0.5]]);
  });

  test("is told with the group where the connection is in several", async () => {
    const { move, sent, connection } = await createBoard();
    const other = new ModelServer("document:43");
    other.join("ada");
    connection.deliver("PresenceState", other.state());
    move(100, 100);
    await wait(100);
    connection.deliver("PresenceState", { ...other.state("ada"), version: 9 });
    move(200, 100);
    await wait(100);
    expect(sent()).toEqual([["CursorMove", 0.25, 0.5], ["CursorMoveIn", key, 0.5, 0.5]]);
  });

  test("is told once in a tick, and the last position always", async () => {
    const { move, sent } = await createBoard({ tick: 100 });
    for (let x = 0; x <= 400; x++) {
      move(x, 0);
      await wait(2);
    }
    await wait(200);
    expect(sent().length).toBeLessThanOrEqual(9);
    expect(sent().at(-1)).toEqual(["CursorMove", 1, 0]);
  });

  test.each([["scrolls", () => document], ["is in a page that scrolls", () => window.document.documentElement]])(
    "is told again when what it is over %s",
    async (_, target) => {
      const { move, sent, layout } = await createBoard();
      move(200, 100);
      await wait(100);
      layout.top = -100;
      target().dispatchEvent(new Event("scroll"));
      await wait(100);
      expect(sent()).toEqual([["CursorMove", 0.5, 0.5], ["CursorMove", 0.5, 1]]);
    },
  );

  test("is not told again when something else scrolls", async () => {
    const { move, sent, element, layout } = await createBoard();
    move(200, 100);
    await wait(100);
    layout.top = -100;
    element.querySelector("p")!.dispatchEvent(new Event("scroll"));
    await wait(100);
    expect(sent()).toHaveLength(1);
  });

  test("is told again when the window has another size", async () => {
    const { move, sent, layout } = await createBoard();
    move(200, 100);
    await wait(100);
    layout.width = 800;
    window.dispatchEvent(new Event("resize"));
    await wait(100);
    expect(sent().at(-1)).toEqual(["CursorMove", 0.25, 0.5]);
  });

  test("is told again when the element's children change", async () => {
    const { move, sent, element, layout } = await createBoard();
    move(200, 100);
    await wait(100);
    layout.contentHeight = 1_000;
    element.append(document.createElement("p"));
    await wait(100);
    expect(sent().at(-1)).toEqual(["CursorMove", 0.5, 0.1]);
  });

  test("is not told while the page is hidden, but once when it is shown", async () => {
    const { move, sent } = await createBoard();
    hide(true);
    move(100, 100);
    await wait(500);
    expect(sent()).toEqual([]);
    hide(false);
    await wait(500);
    expect(sent()).toEqual([["CursorMove", 0.25, 0.5]]);
  });

  test("is not told while the connection is down, but once over the next", async () => {
    const { move, sent, connection, group } = await createBoard();
    move(100, 100);
    await wait(100);
    let up!: () => void;
    connection.onStart = () => new Promise<void>((resolve) => (up = resolve));
    connection.drop();
    await wait(1_000);
    move(200, 100);
    move(300, 100);
    await wait(1_000);
    expect(sent()).toHaveLength(1);
    up();
    await wait(1_000);
    expect(group.status).toBe("live");
    expect(sent()).toEqual([["CursorMove", 0.25, 0.5], ["CursorMove", 0.75, 0.5]]);
  });

  test("is told again over the next connection even if it did not move, once", async () => {
    const { move, sent, element, connection } = await createBoard();
    move(100, 100);
    point(element, "pointerleave", 0, 0);
    await wait(100);
    connection.drop();
    await wait(2_000);
    expect(sent()).toEqual([["CursorMove", 0.25, 0.5], ["CursorMove", 0.25, 0.5]]);
  });

  test("is not told before the connection is in the group", async () => {
    const { move, sent, connection, server } = await createBoard();
    connection.greet = () => undefined;
    connection.drop();
    await wait(1_000);
    move(100, 100);
    await wait(1_000);
    expect(sent()).toEqual([]);
    connection.deliver("PresenceState", server.state("ada"));
    await wait(100);
    expect(sent()).toHaveLength(1);
  });

  test("of somebody who only watches is not told", async () => {
    const { move, sent, connection, server } = await createBoard();
    connection.deliver("PresenceState", { ...server.state(), version: 9 });
    move(100, 100);
    await wait(500);
    expect(sent()).toEqual([]);
  });

  test("may be lost without anybody being told", async () => {
    const { move, connection } = await createBoard();
    const error = vi.spyOn(console, "error");
    vi.spyOn(connection, "send").mockRejectedValue(new Error("lost"));
    move(100, 100);
    await wait(100);
    expect(error).not.toHaveBeenCalled();
  });
});

describe("the cursors of others", () => {
  test("go with the connection, and come again over the next", async () => {
    const { draw, drawn, drawnAt, frame, connection } = await createBoard();
    const { ref } = await draw("eve");
    connection.drop();
    expect(drawn()).toEqual([]);
    await wait(1_000);
    frame([ref, 0.25, 0.5]);
    await frames(1);
    expect(drawnAt("eve")).toBe("translate(100px, 100px)");
  });

  test("go with the connection of somebody who only watches, too", async () => {
    const { drawn, frame, connection, server } = await createBoard();
    connection.deliver("PresenceState", { ...server.state(), version: 9 });
    frame([2, 0.5, 0.5]);
    await frames(2);
    expect(drawn()).toHaveLength(1);
    connection.drop();
    expect(drawn()).toEqual([]);
  });

  test("go when this connection is in the group no more", async () => {
    const { draw, drawn, connection, server } = await createBoard();
    await draw("eve");
    connection.deliver("PresenceState", { ...server.state(), version: 9 });
    expect(drawn()).toEqual([]);
  });

  test("are all gone once it is disposed of, and nothing is sent any more", async () => {
    const { draw, frame, element, cursors, move, sent } = await createBoard();
    const { ref } = await draw("eve");
    move(100, 100);
    cursors.dispose();
    expect(element.innerHTML).toBe("<p></p>");
    frame([ref, 0.1, 0.1]);
    move(200, 100);
    hide(false);
    await wait(500);
    expect(element.innerHTML).toBe("<p></p>");
    expect(sent()).toEqual([]);
    expect(vi.getTimerCount()).toBe(1);
  });

  test("are not listened for twice by two on one client", async () => {
    const { connection, group, element } = await createBoard();
    const other = new LiveCursors(group, element);
    expect(connection.handlerCounts.CursorFrame).toBe(1);
    other.dispose();
  });
});

test("times that are none are refused", async () => {
  const { group, element } = await createBoard();
  for (const options of [{ tick: 0 }, { stillAfter: NaN }, { timeout: -1 }]) {
    expect(() => new LiveCursors(group, element, options)).toThrow(RangeError);
  }
});
