// @vitest-environment happy-dom
import { describe, expect, test, vi } from "vitest";
import { LiveCursors } from "../../src/cursors/live-cursors.js";
import { createBoard, frames, wait } from "./board.js";

const told = ({ connection }: Awaited<ReturnType<typeof createBoard>>, method = "ShowCursors") =>
  connection.calls.filter(([called]) => called === method).map(([, visible]) => visible);

const createToldBoard = (options = {}) => createBoard(options, { ShowCursors: () => undefined });

describe("a viewer who hides the cursors of others", () => {
  test("sees none, and gets none", async () => {
    const board = await createToldBoard();
    const { ref } = await board.draw("eve");
    board.cursors.visible = false;
    expect(board.drawn()).toEqual([]);
    board.frame([ref, 0.1, 0.1]);
    await frames(2);
    expect(board.drawn()).toEqual([]);
    expect(told(board)).toEqual([false]);
  });

  test("still shows their own", async () => {
    const { cursors, move, sent } = await createToldBoard();
    cursors.visible = false;
    move(100, 100);
    await frames(1);
    expect(sent()).toHaveLength(1);
  });

  test("and shows them again, gets them again", async () => {
    const board = await createToldBoard();
    const { ref } = await board.draw("eve");
    board.cursors.visible = false;
    board.cursors.visible = false;
    board.cursors.visible = true;
    board.frame([ref, 0.25, 0.5]);
    await frames(1);
    expect(told(board)).toEqual([false, true]);
    expect(board.drawnAt("eve")).toBe("translate(100px, 100px)");
  });

  test("is remembered by the next connection", async () => {
    const board = await createToldBoard({ visible: false });
    await wait(100);
    board.connection.drop();
    await wait(1_000);
    expect(told(board)).toEqual([false, false]);
    board.cursors.visible = true;
    expect(told(board)).toEqual([false, false, true]);
  });

  test("while there is no connection is told to the next", async () => {
    const board = await createToldBoard();
    board.connection.drop();
    board.cursors.visible = false;
    expect(told(board)).toEqual([]);
    await wait(1_000);
    expect(told(board)).toEqual([false]);
  });

  test("sees none also where the hub cannot be told; that is reported once", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const board = await createBoard({ visible: false });
    await wait(100);
    board.connection.drop();
    await wait(1_000);
    board.cursors.visible = true;
    board.cursors.visible = false;
    await wait(100);
    expect(told(board)).toEqual([false]);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error.mock.calls[0]![0]).toContain("ShowCursors");
    board.frame([2, 0.5, 0.5]);
    await frames(2);
    expect(board.drawn()).toEqual([]);
  });

  test("is told to the method that was chosen, or to none", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const board = await createBoard({ visible: false, visibilityMethod: "Quiet" });
    const other = await createBoard({ visible: false, visibilityMethod: null });
    await wait(100);
    expect(told(board, "Quiet")).toEqual([false]);
    expect(other.connection.calls.filter(([method]) => method !== "PresenceHeartbeat")).toEqual([]);
    expect(error).toHaveBeenCalledTimes(1);
  });

  test("does not hide them from another one on the same connection", async () => {
    const board = await createToldBoard();
    const second = new LiveCursors(board.group, document.createElement("div"));
    board.cursors.visible = false;
    expect(told(board)).toEqual([]);
    second.visible = false;
    expect(told(board)).toEqual([false]);
    second.visible = true;
    expect(told(board)).toEqual([false, true]);
    second.dispose();
  });
});

test("whoever never hides them never calls the hub", async () => {
  const board = await createBoard();
  board.connection.drop();
  await wait(1_000);
  board.cursors.visible = true;
  expect(told(board)).toEqual([]);
});
