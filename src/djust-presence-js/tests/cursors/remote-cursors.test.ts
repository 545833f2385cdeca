// @vitest-environment happy-dom
import { describe, expect, test, vi } from "vitest";
import { createBoard, frames, hide, reducedMotion, wait } from "./board.js";

const colorOf = (view: HTMLElement) => view.style.getPropertyValue("--presence-color");

describe("a cursor", () => {
  test("is drawn where its owner points, with name and color", async () => {
    const { draw } = await createBoard();
    const { view } = await draw("eve", { name: "Eve", color: "teal" });
    expect(view.style.transform).toBe("translate(200px, 100px)");
    expect(view.textContent).toBe("Eve");
    expect(colorOf(view)).toBe("teal");
  });

  test("is one for each connection", async () => {
    const { draw, server, sendDiff, frame, drawn } = await createBoard();
    const { ref } = await draw("eve");
    const second = server.join("eve");
    sendDiff();
    frame([ref, 0.1, 0.1, second, 0.9, 0.9]);
    await frames(1);
    expect(drawn().map((one) => one.getAttribute("data-presence-id"))).toEqual(["eve", "eve"]);
  });

  test("of the viewer's own connection is not drawn", async () => {
    const { frame, drawn } = await createBoard();
    frame([1, 0.5, 0.5]);
    await frames(2);
    expect(drawn()).toEqual([]);
  });

  test("of a ref that is not in the state waits until it is", async () => {
    const { frame, drawn, drawnAt, server, sendDiff } = await createBoard();
    frame([3, 0.25, 0.5]);
    server.update("bob", { name: "Robert" });
    sendDiff();
    await frames(5);
    expect(drawn()).toEqual([]);
    expect(server.join("eve")).toBe(3);
    sendDiff();
    await frames(1);
    expect(drawnAt("eve")).toBe("translate(100px, 100px)");
  });

  test("of another group is none", async () => {
    const { connection, drawn } = await createBoard();
    connection.deliver("CursorFrame", { key: "document:43", moves: [2, 0.5, 0.5] });
    await frames(2);
    expect(drawn()).toEqual([]);
  });

  test("glides to the next position, and is exactly there within two ticks", async () => {
    const { draw, frame } = await createBoard();
    const { ref, view } = await draw("eve");
    frame([ref, 0.75, 0.5]);
    await frames(1);
    const x = parseFloat(view.style.transform.slice("translate(".length));
    expect(x).toBeGreaterThan(200);
    expect(x).toBeLessThan(300);
    await wait(100);
    expect(view.style.transform).toBe("translate(300px, 100px)");
  });

  test("at rest costs no animation frames", async () => {
    const { draw } = await createBoard();
    await draw("eve");
    await wait(200);
    const request = vi.spyOn(globalThis, "requestAnimationFrame");
    await wait(2_000);
    expect(request).not.toHaveBeenCalled();
  });

  test("jumps where motion is to be reduced", async () => {
    const { draw, frame } = await createBoard();
    const { ref, view } = await draw("eve");
    reducedMotion.matches = true;
    frame([ref, 0.75, 0.5]);
    await frames(1);
    expect(view.style.transform).toBe("translate(300px, 100px)");
  });

  test("jumps to the newest position when its tab is shown again, then glides", async () => {
    const { draw, frame } = await createBoard();
    const { ref, view } = await draw("eve");
    // A hidden tab has no animation frames.
    const held: FrameRequestCallback[] = [];
    const request = vi.spyOn(globalThis, "requestAnimationFrame").mockImplementation((run) => held.push(run));
    hide(true);
    for (let index = 0; index < 1_200; index++) {
      frame([ref, (index % 100) / 100, 0]);
      await wait(50);
    }
    frame([ref, 0.25, 0.5]);
    expect(view.style.transform).toBe("translate(200px, 100px)");
    hide(false);
    request.mockRestore();
    held.forEach((run) => run(0));
    expect(view.style.transform).toBe("translate(100px, 100px)");
    await wait(50);
    frame([ref, 0.75, 0.5]);
    await frames(1);
    const x = parseFloat(view.style.transform.slice("translate(".length));
    expect(x).toBeGreaterThan(100);
    expect(x).toBeLessThan(300);
  });

  test("is at another place when the element has another size, without another message", async () => {
    const { draw, layout } = await createBoard();
    const { view } = await draw("eve");
    layout.width = 200;
    window.dispatchEvent(new Event("resize"));
    await frames(1);
    expect(view.style.transform).toBe("translate(100px, 100px)");
    layout.contentHeight = 1_000;
    document.dispatchEvent(new Event("scroll"));
    await frames(1);
    expect(view.style.transform).toBe("translate(100px, 500px)");
  });

  test("with a position that is no share of the element stays within it", async () => {
    const { draw, frame } = await createBoard();
    const { ref, view } = await draw("eve");
    frame([ref, 1e308, -1e308]);
    await wait(100);
    expect(view.style.transform).toBe("translate(400px, 0px)");
  });

  test("follows what its owner is called", async () => {
    const { draw, server, sendDiff } = await createBoard();
    const { view } = await draw("eve", { name: "Eve", color: "teal" });
    server.update("eve", { name: "Eva" });
    sendDiff();
    expect(view.textContent).toBe("Eva");
    expect(colorOf(view)).toBe("");
  });
});

describe("hostile meta", () => {
  test("stays text", async () => {
    const { draw } = await createBoard();
    const name = "<img src=x onerror=alert(1)>";
    const { view } = await draw("eve", { name });
    expect(view.querySelector("img")).toBeNull();
    expect(view.textContent).toBe(name);
  });

  test.each(["red;position:fixed", "url(https://example.org)", "var(--x)", "expression(alert(1))", 7])("of color %j colors nothing", async (color) => {
    const { draw } = await createBoard();
    const { view } = await draw("eve", { name: "Eve", color });
    expect(colorOf(view)).toBe("");
    expect(view.style.position).toBe("absolute");
  });

  test("without a name is a guest", async () => {
    const { draw } = await createBoard();
    expect((await draw("eve", { name: { first: "x" } })).view.textContent).toBe("Guest");
  });
});

describe("a cursor ends", () => {
  test("when the server says so", async () => {
    const { draw, frame, drawn } = await createBoard();
    const { ref } = await draw("eve");
    frame([], [ref]);
    expect(drawn()).toEqual([]);
  });

  test("together with its owner, in the same turn", async () => {
    const { draw, server, sendDiff, drawn, list } = await createBoard();
    await draw("eve");
    server.close("eve");
    sendDiff();
    expect(list()).toEqual(["ada", "bob"]);
    expect(drawn()).toEqual([]);
  });

  test("with its own tab, while the owner's other one stays", async () => {
    const { draw, server, sendDiff, frame, drawn } = await createBoard();
    const { view } = await draw("eve");
    frame([server.join("eve"), 0.9, 0.9]);
    sendDiff();
    await frames(1);
    server.close("eve");
    sendDiff();
    expect(drawn()).toHaveLength(1);
    expect(view.isConnected).toBe(false);
  });

  test("for good: a frame that comes late does not bring it back", async () => {
    const { draw, server, sendDiff, frame, drawn } = await createBoard();
    const { ref } = await draw("eve");
    server.close("eve");
    sendDiff();
    frame([ref, 0.1, 0.1]);
    await wait(500);
    expect(drawn()).toEqual([]);
  });

  test("ten seconds after its last move, having faded after three", async () => {
    const { draw, frame } = await createBoard();
    const { ref, view } = await draw("eve");
    const isStill = () => view.classList.contains("live-cursor-still");
    await wait(2_900);
    expect(isStill()).toBe(false);
    await wait(100);
    expect(isStill()).toBe(true);
    frame([ref, 0.1, 0.1]);
    expect(isStill()).toBe(false);
    await wait(3_000);
    expect(isStill()).toBe(true);
    await wait(6_900);
    expect(view.isConnected).toBe(true);
    await wait(100);
    expect(view.isConnected).toBe(false);
  });

  test("after the times that were chosen", async () => {
    const { draw } = await createBoard({ stillAfter: 5_000, timeout: 1_000 });
    const { view } = await draw("eve");
    await wait(900);
    expect(view.isConnected).toBe(true);
    await wait(100);
    expect(view.isConnected).toBe(false);
  });

  test("on its own, whatever the others do", async () => {
    const { draw, frame, drawn } = await createBoard();
    const { view } = await draw("eve");
    for (let index = 0; index < 220; index++) {
      frame([2, index / 220, 0]);
      await wait(50);
    }
    expect(view.isConnected).toBe(false);
    expect(drawn()).toHaveLength(1);
  });
});
