import type { PresenceSnapshot } from "../group.js";
import type { Presence } from "../wire.js";
import { drawBindings } from "./bindings.js";
import { drawDefault } from "./default-look.js";
import { setAttribute, setText } from "./dom.js";

interface Item {
  readonly element: Element;
  presence?: Presence;
}

const itemName = "presence-item";

/** The items of a list element. Begins with those that the server rendered, and touches only what differs. */
export class ListView {
  readonly #list: Element;
  readonly #items = new Map<string, Item>();

  constructor(list: Element) {
    this.#list = list;
    if (!list.hasAttribute("role")) list.setAttribute("role", "list");
    for (const element of list.querySelectorAll(`:scope > ${itemName}`)) {
      const id = element.getAttribute("data-presence-id");
      if (id === null || this.#items.has(id)) element.remove();
      else this.#items.set(id, { element });
    }
  }

  /** @param max how many items are shown; the rest becomes a number. */
  render({ presences, count, self }: PresenceSnapshot, max: number): void {
    const visible = presences.slice(0, max);
    const template = this.#child("template") as HTMLTemplateElement | null;
    this.#remove(new Set(visible.map(({ id }) => id)));
    let previous: Element | null = null;
    let next = this.#nextItem(this.#list.firstElementChild);
    for (const presence of visible) {
      const item = this.#item(presence.id, template);
      if (item.element === next) next = this.#nextItem(next.nextElementSibling);
      else this.#place(item.element, previous, next);
      this.#draw(item, presence, template !== null);
      item.element.toggleAttribute("data-self", presence.id === self?.id);
      previous = item.element;
    }
    while (next !== null) next = this.#nextItem(next.nextElementSibling);
    this.#showRest(count - visible.length);
  }

  /** Removes what this view shows, and nothing else. */
  clear(): void {
    this.#remove(new Set());
    this.#showRest(0);
  }

  #item(id: string, template: HTMLTemplateElement | null): Item {
    let item = this.#items.get(id);
    if (item === undefined) {
      const element = document.createElement(itemName);
      element.setAttribute("data-presence-id", id);
      element.setAttribute("role", "listitem");
      if (template !== null) element.append(document.importNode(template.content, true));
      this.#items.set(id, (item = { element }));
    }
    return item;
  }

  #draw(item: Item, presence: Presence, templated: boolean): void {
    // Unchanged presences are the same objects in every snapshot.
    if (item.presence === presence) return;
    item.presence = presence;
    const { element } = item;
    if (!element.hasAttribute("role")) element.setAttribute("role", "listitem");
    const tabs = presence.connections.length;
    setAttribute(element, "data-connections", tabs > 1 ? String(tabs) : null);
    if (templated) drawBindings(element, presence);
    else drawDefault(element, presence);
  }

  #remove(except: ReadonlySet<string>): void {
    for (const [id, { element }] of this.#items) {
      // What the application has taken out of the list is gone as well.
      if (except.has(id) && element.parentElement === this.#list) continue;
      element.remove();
      this.#items.delete(id);
    }
  }

  /** The next item of ours. An item that somebody else has put there would show a user twice. */
  #nextItem(from: Element | null): Element | null {
    let element = from;
    while (element !== null) {
      const following = element.nextElementSibling;
      if (element.localName === itemName) {
        if (this.#items.get(element.getAttribute("data-presence-id") ?? "")?.element === element) return element;
        element.remove();
      }
      element = following;
    }
    return null;
  }

  #place(element: Element, previous: Element | null, next: Element | null): void {
    if (previous !== null) previous.after(element);
    else if (next !== null) next.before(element);
    else this.#list.insertBefore(element, this.#child(".presence-more"));
  }

  #showRest(rest: number): void {
    let more = this.#child(".presence-more");
    if (more === null) {
      if (rest <= 0) return;
      more = document.createElement("span");
      more.className = "presence-more";
      this.#list.append(more);
    }
    setText(more, `+${Math.max(rest, 0)}`);
    more.toggleAttribute("hidden", rest <= 0);
  }

  #child(selector: string): Element | null {
    return this.#list.querySelector(`:scope > ${selector}`);
  }
}
