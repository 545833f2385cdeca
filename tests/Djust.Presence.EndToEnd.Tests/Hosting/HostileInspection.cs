using Microsoft.Playwright;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>Looks at a page for what hostile users must not achieve.</summary>
internal static class HostileInspection
{
    /// <summary>Before any script of the page.</summary>
    public const string Prepare = "window.ran = [];";

    private const string Script =
        """
        () => {
          const wrong = [];
          const check = (holds, what, element) => holds || wrong.push(`${what}: ${element.outerHTML.slice(0, 300)}`);
          const known = "presence-list presence-item presence-count template span p a b i q u s small em img div".split(" ");
          const box = (element) => element.getBoundingClientRect();
          const within = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
          const shown = "presence-list, presence-list *, presence-count, presence-count *, .live-cursors-overlay, .live-cursors-overlay *";
          for (const element of document.querySelectorAll(shown)) {
            check(known.includes(element.localName), "an element of a user's own", element);
            check(!element.getAttributeNames().some((name) => name.startsWith("on")), "a handler", element);
            check(!element.hasAttribute("src") && !element.hasAttribute("href"), "an address", element);
            check(!/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(element.textContent + element.title), "a turn of the reading direction", element);
            check(!/[\p{M}\u200d]{9}/u.test(element.textContent), "a pile of marks", element);
            const look = getComputedStyle(element);
            check(look.position !== "fixed" && look.position !== "sticky", "a position of its own", element);
            check(look.position !== "absolute" || element.closest(".live-cursors-overlay"), "a position of its own", element);
            check(!/url\(/.test(look.background + look.content + look.cursor), "a picture", element);
          }
          for (const avatar of document.querySelectorAll("#faces .presence-avatar")) {
            check(Math.max(box(avatar).width, box(avatar).height) <= 33 && getComputedStyle(avatar).overflow === "hidden", "an avatar beyond its size", avatar);
            check(within(box(avatar), box(avatar.closest("presence-list"))), "an avatar beyond its list", avatar);
          }
          for (const part of document.querySelectorAll("#people presence-item *")) {
            const list = box(part.closest("presence-list"));
            check([...part.getClientRects()].every((line) => within(line, list)), "a text beyond its list", part);
          }
          for (const person of document.querySelectorAll("#people .person")) {
            const [before, name, after] = [".before", "b", ".after"].map((part) => [...person.querySelector(part).getClientRects()]);
            const order = name.length === 1 && name[0].top === before[0].top && name[0].top === after[0].top;
            check(!order || (before[0].right <= name[0].left + 1 && name[0].right <= after[0].left + 1), "what is around a name in another order", person);
          }
          const board = box(document.querySelector("#board"));
          for (const overlay of document.querySelectorAll(".live-cursors-overlay")) {
            const { left, top, right, bottom } = box(overlay);
            check(left >= board.left && top >= board.top && right <= board.right && bottom <= board.bottom, "a layer beyond the board", overlay);
            check(getComputedStyle(overlay).overflow === "hidden", "a layer that does not end at its edge", overlay);
          }
          for (const tag of document.querySelectorAll(".live-cursor-name")) {
            const { left, top, width, height } = box(tag);
            check(width <= 177 && height <= 25 && getComputedStyle(tag).overflow === "hidden", "a name tag beyond its size", tag);
            const under = document.elementFromPoint(left + width / 2, top + height / 2);
            check(under === null || under.closest(".live-cursors-overlay") === null, "a name tag that takes clicks", tag);
          }
          const page = document.scrollingElement;
          check(page.scrollWidth <= page.clientWidth, "a page that scrolls to the side", document.body);
          check(Object.keys(Object.prototype).length === 0 && {}.name === undefined && {}.bio === undefined, "a field that all objects inherit", document.body);
          check(window.ran.length === 0, `a script that ran (${window.ran})`, document.body);
          const count = (selector) => document.querySelectorAll(selector).length;
          return { wrong, faces: count("#faces > presence-item"), people: count("#people > presence-item"), cursors: count(".live-cursor") };
        }
        """;

    public static Task<HostileFindings> LookAsync(IPage page) => page.EvaluateAsync<HostileFindings>(Script);
}
