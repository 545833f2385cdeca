// @vitest-environment happy-dom
import { describe, expect, test, vi } from "vitest";
import { ModelServer } from "../model.js";
import { connections, draw, item, items, key, list, more, rendered, sendDiff, sendState, server, settle, shown } from "./page.js";

describe("a list", () => {
  test("keeps what the server rendered until the first state, and then the same nodes", async () => {
    document.body.innerHTML = rendered;
    const before = items();
    const html = list().innerHTML;
    await settle();
    expect(list().innerHTML).toBe(html);
    const observer = new MutationObserver(() => undefined);
    observer.observe(list(), { subtree: true, childList: true, characterData: true });
    sendState();
    expect(items()).toEqual(before);
    expect(observer.takeRecords()).toEqual([]);
    expect(item("ada").hasAttribute("data-self")).toBe(true);
    expect(item("bob").hasAttribute("data-self")).toBe(false);
    expect(list().getAttribute("role")).toBe("list");
    expect(item("bob").getAttribute("role")).toBe("listitem");
  });

  test("touches only the items that change", async () => {
    await draw({ name: "Eve Example", color: "teal" });
    const [ada, bob, eve] = items();
    const observer = new MutationObserver(() => undefined);
    observer.observe(ada!, { subtree: true, childList: true, attributes: true, characterData: true });
    server.close("bob");
    server.update("new", { name: "Eve Other" });
    sendDiff();
    expect(items()).toEqual([ada, eve]);
    expect(bob!.isConnected).toBe(false);
    expect(observer.takeRecords()).toEqual([]);
    expect(eve!.textContent).toBe("EO");
    expect(eve!.getAttribute("title")).toBe("Eve Other");
    expect(eve!.querySelector<HTMLElement>(".presence-avatar")!.style.getPropertyValue("--presence-color")).toBe("");
  });

  test("puts items into the order of joining", async () => {
    document.body.innerHTML = rendered;
    const [ada, bob] = items();
    ada!.before(bob!);
    await settle();
    server.join("eve");
    sendState();
    expect(shown()).toEqual(["ada", "bob", "eve"]);
    expect(items().slice(0, 2)).toEqual([ada, bob]);
    expect(items()[2]!.nextElementSibling).toBe(more());
  });

  test("never shows a user twice, or somebody who is not in the state", async () => {
    document.body.innerHTML = rendered.replace("<span class=\"presence-more\"", '<presence-item data-presence-id="ada">again</presence-item><presence-item data-presence-id="ghost">boo</presence-item><presence-item>?</presence-item>$&');
    await settle();
    sendState();
    expect(shown()).toEqual(["ada", "bob"]);
    list().append(item("ada").cloneNode(true));
    server.join("eve");
    sendDiff();
    expect(shown()).toEqual(["ada", "bob", "eve"]);
  });

  test("shows as many as it may, and the rest as a number", async () => {
    document.body.innerHTML = rendered.replace("hub=", 'max="2" hub=');
    await settle();
    sendState();
    expect(more().hasAttribute("hidden")).toBe(true);
    server.join("eve");
    server.join("zoe");
    sendDiff();
    expect(shown()).toEqual(["ada", "bob"]);
    expect(more().hasAttribute("hidden")).toBe(false);
    expect(more().textContent).toBe("+2");
    list().setAttribute("max", "3");
    expect(shown()).toEqual(["ada", "bob", "eve"]);
    list().removeAttribute("max");
    expect(shown()).toEqual(["ada", "bob", "eve", "zoe"]);
    expect(more().hasAttribute("hidden")).toBe(true);
  });

  test("marks a user with several tabs", async () => {
    document.body.innerHTML = rendered;
    await settle();
    sendState();
    server.join("bob");
    sendDiff();
    expect(item("bob").getAttribute("data-connections")).toBe("2");
    server.close("bob");
    sendDiff();
    expect(item("bob").hasAttribute("data-connections")).toBe(false);
  });

  test("says what happens, to the whole page", async () => {
    const heard: string[] = [];
    const types = ["presence-join", "presence-update", "presence-leave", "presence-event"];
    const hear = (event: Event) => {
      const { id, event: name } = (event as CustomEvent<{ id?: string; event?: string }>).detail;
      heard.push(`${event.type} ${id ?? name}`);
    };
    types.forEach((type) => document.addEventListener(type, hear));
    await draw({ name: "Eve" });
    server.update("new", { name: "Eva" });
    server.close("bob");
    sendDiff();
    connections[0]!.deliver("PresenceEvent", { key, event: "flash", payload: 1 });
    types.forEach((type) => document.removeEventListener(type, hear));
    expect(heard).toEqual(["presence-join new", "presence-leave bob", "presence-update new", "presence-event flash"]);
  });

  test("mirrors its status", async () => {
    const states: string[] = [];
    document.body.innerHTML = rendered;
    list().addEventListener("presence-state", (event) => states.push((event as CustomEvent<{ status: string }>).detail.status));
    expect(list().getAttribute("data-status")).toBe("connecting");
    await settle();
    sendState();
    connections[0]!.drop();
    await settle();
    sendState();
    expect(states).toEqual(["live", "reconnecting", "live"]);
    expect(list().getAttribute("data-status")).toBe("live");
  });

  test("that is moved keeps its connection, its nodes and one subscription", async () => {
    document.body.innerHTML = `${rendered}<div></div>`;
    await settle();
    sendState();
    const before = items();
    const moved = list();
    document.querySelector("div")!.append(moved);
    await vi.advanceTimersByTimeAsync(5_000);
    const joined = vi.fn();
    moved.addEventListener("presence-join", joined);
    server.join("eve");
    sendDiff();
    expect(items().slice(0, 2)).toEqual(before);
    expect(joined).toHaveBeenCalledTimes(1);
    expect(connections).toHaveLength(1);
    expect(connections[0]).toMatchObject({ starts: 1, stops: 0 });
  });

  test("that is removed disconnects, and hears no more", async () => {
    document.body.innerHTML = rendered;
    await settle();
    sendState();
    const removed = list();
    removed.remove();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(connections[0]!.state).toBe("Disconnected");
    expect(document.querySelector("presence-count")!.getAttribute("data-status")).toBe("offline");
    server.join("eve");
    sendDiff();
    expect(removed.querySelectorAll("presence-item")).toHaveLength(2);
  });

  test("that is given another hub and key follows that one", async () => {
    document.body.innerHTML = rendered;
    await settle();
    sendState();
    list().setAttribute("hub", "/hubs/document/43");
    list().setAttribute("presence-key", "document:43");
    await settle();
    expect(shown()).toEqual([]);
    const other = new ModelServer("document:43");
    other.join("zoe");
    connections[1]!.deliver("PresenceState", other.state());
    expect(shown()).toEqual(["zoe"]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(connections.map(({ state }) => state)).toEqual(["Disconnected", "Connected"]);
  });
});
