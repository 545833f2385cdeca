import type { PresenceGroup } from "../group.js";
import { setText } from "./dom.js";
import { PresenceElement } from "./presence-element.js";

/** `<presence-count presence-key [hub]>`: how many users are here. Shows the server's number until the first state. */
export class PresenceCountElement extends PresenceElement {
  #live = false;

  protected override render(group: PresenceGroup): void {
    const { epoch, count } = group.getSnapshot();
    this.#live ||= epoch !== null;
    if (this.#live) setText(this, String(count));
  }

  protected override changedGroup(): void {
    this.#live = false;
  }
}
