import type { Unsubscribe } from "../emitter.js";
import type { PresenceGroup } from "../group.js";
import { ListView } from "./list-view.js";
import { PresenceElement } from "./presence-element.js";

/**
 * `<presence-list presence-key hub max>`: who is here. Takes over the items that the server rendered, and keeps them until the
 * first state.
 *
 * Bubbling events: `presence-join`, `presence-update`, `presence-leave` (detail: the presence), `presence-event`
 * (detail: `{ key, event, payload }`), `presence-state` (detail: `{ status }`).
 */
export class PresenceListElement extends PresenceElement {
  static override readonly observedAttributes = [...PresenceElement.observedAttributes, "max"];
  #view: ListView | undefined;
  #group: PresenceGroup | undefined;

  override attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (name !== "max") super.attributeChangedCallback(name, before, after);
    else if (this.isConnected && this.#group !== undefined) this.render(this.#group);
  }

  protected override listen(group: PresenceGroup): readonly Unsubscribe[] {
    return [
      group.onJoin((presence) => this.announce("presence-join", presence)),
      group.onUpdate((presence) => this.announce("presence-update", presence)),
      group.onLeave((presence) => this.announce("presence-leave", presence)),
      group.onEvent((event) => this.announce("presence-event", event)),
    ];
  }

  protected override render(group: PresenceGroup): void {
    this.#group = group;
    const snapshot = group.getSnapshot();
    // Until the first state the server's markup knows more than we do.
    if (snapshot.epoch === null && this.#view === undefined) return;
    this.#view ??= new ListView(this);
    this.#view.render(snapshot, this.#max);
  }

  protected override changedGroup(): void {
    this.#view?.clear();
    this.#view = undefined;
    this.#group = undefined;
  }

  get #max(): number {
    const text = this.getAttribute("max") ?? "";
    return /^\d+$/.test(text) ? Number(text) : Infinity;
  }
}
