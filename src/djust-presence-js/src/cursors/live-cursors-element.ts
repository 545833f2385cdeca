import { PresenceElement } from "../elements/presence-element.js";
import { report, type Unsubscribe } from "../emitter.js";
import type { PresenceGroup } from "../group.js";
import { LiveCursors } from "./live-cursors.js";

/**
 * `<live-cursors presence-key [hub] [for] [hidden-cursors]>`: everybody's pointers over the element that the selector `for`
 * finds, or over the element that this one is in.
 */
export class LiveCursorsElement extends PresenceElement {
  static override readonly observedAttributes = [...PresenceElement.observedAttributes, "for", "hidden-cursors"];
  #cursors: LiveCursors | undefined;

  /** Whether the cursors of others are shown: the opposite of the attribute `hidden-cursors`. */
  get visible(): boolean {
    return !this.hasAttribute("hidden-cursors");
  }

  set visible(visible: boolean) {
    this.toggleAttribute("hidden-cursors", !visible);
  }

  /** What this element made; `undefined` while it has no group, or nothing to draw over. */
  get cursors(): LiveCursors | undefined {
    return this.#cursors;
  }

  override attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (name !== "hidden-cursors") super.attributeChangedCallback(name, before, after);
    else if (this.#cursors !== undefined && this.#cursors.visible !== this.visible) this.#cursors.visible = this.visible;
  }

  protected override listen(group: PresenceGroup): readonly Unsubscribe[] {
    const element = this.#target();
    if (element === null) return [];
    const cursors = new LiveCursors(group, element, { visible: this.visible });
    this.#cursors = cursors;
    return [
      () => {
        cursors.dispose();
        this.#cursors = undefined;
      },
    ];
  }

  protected override render(): void {}

  #target(): HTMLElement | null {
    const selector = this.getAttribute("for");
    if (selector === null || selector === "") return this.parentElement;
    try {
      const found = (this.getRootNode() as ParentNode).querySelector<HTMLElement>(selector);
      if (found === null) throw new Error("Nothing is found.");
      return found;
    } catch (error) {
      report(`<live-cursors for="${selector}"> has nothing to draw over`, error);
      return null;
    }
  }
}
