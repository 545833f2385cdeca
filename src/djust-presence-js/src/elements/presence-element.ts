import { PresenceClient } from "../client.js";
import type { Unsubscribe } from "../emitter.js";
import type { PresenceGroup } from "../group.js";
import { followGroup } from "../page-groups.js";
import { setAttribute } from "./dom.js";

/** The module may be imported where there are no elements, on a server for instance. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * An element that follows one group, `presence-key`: over the page's client of `hub`, or, without that attribute, over
 * whichever client of the page has the group. Attribute `data-status` mirrors the status.
 */
export abstract class PresenceElement extends Base {
  static readonly observedAttributes: readonly string[] = ["hub", "presence-key"];
  #end: Unsubscribe | undefined;
  #queued = false;

  connectedCallback(): void {
    if (this.#end === undefined) this.#follow();
  }

  disconnectedCallback(): void {
    this.#end?.();
    this.#end = undefined;
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before === after || this.#end === undefined || this.#queued) return;
    this.#queued = true;
    // Attributes change one after the other; only together do they name a group.
    queueMicrotask(() => {
      this.#queued = false;
      if (this.#end === undefined) return;
      this.disconnectedCallback();
      this.changedGroup();
      this.#follow();
    });
  }

  /** Draws the group, now and after each change of it. */
  protected abstract render(group: PresenceGroup): void;

  /** Listens to what else a group has to say. */
  protected listen(_group: PresenceGroup): readonly Unsubscribe[] {
    return [];
  }

  /** What is drawn is about another group than the one that will be followed next. */
  protected changedGroup(): void {}

  #follow(): void {
    const key = this.getAttribute("presence-key");
    const hub = this.getAttribute("hub");
    if (key === null || key === "") {
      this.#end = () => undefined;
    } else if (hub === null || hub === "") {
      this.#end = this.#followPage(key);
    } else {
      this.#end = this.#followHub(hub, key);
    }
  }

  #followHub(hub: string, key: string): Unsubscribe {
    const interval = Number(this.getAttribute("heartbeat-interval"));
    const client = PresenceClient.for(hub, interval > 0 && Number.isFinite(interval) ? { heartbeatInterval: interval } : {});
    const end = this.#bind(client.group(key));
    client.acquire();
    return () => {
      end();
      client.release();
    };
  }

  #followPage(key: string): Unsubscribe {
    let end: Unsubscribe | undefined;
    const stop = followGroup(key, (group) => {
      end?.();
      end = group === undefined ? undefined : this.#bind(group);
      if (group === undefined) this.#showStatus("offline");
    });
    return () => {
      stop();
      end?.();
    };
  }

  #bind(group: PresenceGroup): Unsubscribe {
    const show = (): void => {
      this.render(group);
      this.#showStatus(group.status);
    };
    const ends = [group.subscribe(show), ...this.listen(group)];
    show();
    return () => ends.forEach((end) => end());
  }

  #showStatus(status: PresenceGroup["status"]): void {
    if (this.getAttribute("data-status") === status) return;
    setAttribute(this, "data-status", status);
    this.announce("presence-state", { status });
  }

  /** Dispatches an event that bubbles. */
  protected announce(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }
}
