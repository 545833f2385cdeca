// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import { connections, count, key, rendered, sendDiff, sendState, server, settle } from "./page.js";

describe("a count", () => {
  test("without a hub follows whichever client of the page has the group", async () => {
    document.body.innerHTML = rendered.replace(">2<", ">7<");
    await settle();
    expect(count()).toBe("7");
    sendState();
    expect(count()).toBe("2");
    server.join("eve");
    sendDiff();
    expect(count()).toBe("3");
    server.join("eve");
    server.close("ada");
    sendDiff();
    expect(count()).toBe("2");
  });

  test("with a hub connects itself, over the connection that the list has", async () => {
    document.body.innerHTML = rendered.replace("<presence-count", '<presence-count hub="/hubs/document/42"');
    await settle();
    sendState();
    expect(count()).toBe("2");
    expect(connections).toHaveLength(1);
  });

  test("that comes before any client waits for one", async () => {
    document.body.innerHTML = `<presence-count presence-key="${key}">5</presence-count>`;
    await settle();
    expect(count()).toBe("5");
    document.body.insertAdjacentHTML("beforeend", rendered.slice(0, rendered.indexOf("<presence-count")));
    await settle();
    sendState();
    expect(count()).toBe("2");
  });
});
