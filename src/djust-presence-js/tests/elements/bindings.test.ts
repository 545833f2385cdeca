// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import { draw, key, list, rendered, sendState, server, settle } from "./page.js";

const template = `<presence-list presence-key="${key}" hub="/hubs/document/42"><template><a data-presence-href="url" data-presence-title="name">
  <img data-presence-src="avatar" alt=""><b data-presence-text="name" data-presence-color="color"></b><i data-presence-initials="name"></i>
  <u data-presence-text="role"></u><s data-presence-count="connections"></s><q data-presence-text="id"></q></a></template></presence-list>`;

describe("an application's template", () => {
  test("is cloned for each user, and its bindings are filled", async () => {
    const drawn = await draw({ name: "Ada Lovelace", url: "/ada", avatar: "https://example.org/a.png", color: "teal", role: 7 }, template);
    const find = <E extends Element>(selector: string) => drawn.querySelector<E>(selector)!;
    expect(find("a").getAttribute("href")).toBe("/ada");
    expect(find("a").getAttribute("title")).toBe("Ada Lovelace");
    expect(find("img").getAttribute("src")).toBe("https://example.org/a.png");
    expect(find("b").textContent).toBe("Ada Lovelace");
    expect(find<HTMLElement>("b").style.getPropertyValue("--presence-color")).toBe("teal");
    expect([..."iusq"].map((tag) => find(tag).textContent)).toEqual(["AL", "7", "1", "new"]);
    expect(list().querySelector("template")).not.toBeNull();
  });

  test("is filled in place in what the server rendered", async () => {
    document.body.innerHTML = template.replace("</presence-list>", '<presence-item data-presence-id="ada"><b data-presence-text="name">Ada</b></presence-item>$&');
    const bold = list().querySelector("presence-item b")!;
    await settle();
    server.update("ada", { name: "Countess" });
    sendState();
    expect(list().querySelector("presence-item b")).toBe(bold);
    expect(bold.textContent).toBe("Countess");
  });

  test("shows nothing for a field that is missing, inherited or no text", async () => {
    const odd = template.replace('data-presence-text="role"', 'data-presence-text="constructor"');
    const drawn = await draw({ name: { first: "x" } }, odd);
    expect(drawn.querySelector("b")!.textContent).toBe("Guest");
    expect(drawn.querySelector("u")!.textContent).toBe("");
  });
});

describe("a template with code", () => {
  test.each(["script", "style"])("does not let a user write what <%s> says", async (tag) => {
    const code = template.replace("<b ", `<${tag} data-presence-text="role"></${tag}><${tag} data-presence-initials="name"></${tag}><b `);
    const drawn = await draw({ name: "Eve", role: "alert(1)" }, code);
    expect([...drawn.querySelectorAll(tag)].map(({ textContent }) => textContent)).toEqual(["", ""]);
  });

  test.each([
    ["script", "src"],
    ["embed", "src"],
    ["link", "href"],
    ["base", "href"],
  ])("does not let a user choose where <%s %s> leads", async (tag, attribute) => {
    const code = template.replace("<b ", `<${tag} data-presence-${attribute}="avatar"></${tag}><b `);
    const drawn = await draw({ name: "Eve", avatar: "/uploads/eve" }, code);
    expect(drawn.querySelector(tag)!.hasAttribute(attribute)).toBe(false);
  });

  test("shows fields that have the names of what all objects inherit, and inherits none", async () => {
    const odd = template.replace('data-presence-text="role"', 'data-presence-text="__proto__"');
    const drawn = await draw(JSON.parse('{"__proto__":"<b>","name":"Eve"}'), odd);
    expect(drawn.querySelector("u")!.textContent).toBe("<b>");
    server.update("new", JSON.parse('{"__proto__":{"name":"Polluted"}}'));
    sendState();
    expect(drawn.querySelector("b")!.textContent).toBe("Guest");
  });
});

describe.each([["the default look", rendered], ["a template", template]])("hostile meta in %s", (_, html) => {
  test("stays text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const drawn = await draw({ name, role: "<script>alert(1)</script>" }, html);
    expect(drawn.querySelector("script, img[onerror]")).toBeNull();
    expect((drawn.querySelector("[title]") ?? drawn).getAttribute("title")).toBe(name);
  });

  test("makes no address that runs or leads elsewhere", async () => {
    for (const bad of ["javascript:alert(1)", "data:text/html,x", "//evil.example/x.png"]) {
      const drawn = await draw({ name: "Eve", avatar: bad, url: bad }, html);
      expect(drawn.querySelector("[src], [href]")).toBeNull();
      server.close("new");
      server.diff();
    }
  });

  test("makes no declaration of its own", async () => {
    const drawn = await draw({ name: "Eve", color: "red;position:fixed;background:url(//x)" }, html);
    expect(drawn.outerHTML).not.toMatch(/position|url\(/);
  });
});
