import type { Unsubscribe } from "../emitter.js";
import type { PresenceGroup } from "../group.js";
import { CursorDelivery } from "./delivery.js";
import { watchGeometry } from "./geometry.js";
import { MoveSender } from "./move-sender.js";
import { cursorSettingsOf, type LiveCursorsOptions, type LiveCursorsSettings } from "./options.js";
import { Overlay } from "./overlay.js";
import type { Point } from "./point.js";
import { Pointer } from "./pointer.js";
import { RemoteCursors } from "./remote-cursors.js";

/**
 * The pointers of everybody in a group, over one element: tells the group where this user's pointer is in the element's
 * content, and draws those of others. Positions are relative to the content, so that they point at the same thing whatever the
 * window's size, the zoom and how far each viewer has scrolled.
 *
 * The element must be able to have children; for a canvas or an image, take what is around it. On a touch screen a finger that
 * scrolls is no pointer: give the element `touch-action: none` if drawing is more important.
 */
export class LiveCursors {
  readonly group: PresenceGroup;
  readonly element: HTMLElement;
  readonly #settings: LiveCursorsSettings;
  readonly #overlay: Overlay;
  readonly #others: RemoteCursors;
  readonly #moves: MoveSender;
  readonly #delivery: CursorDelivery;
  readonly #ends: readonly Unsubscribe[];
  #visible: boolean;
  #ref: number | undefined;

  /** Begins at once, as soon as the client is connected and in the group. Only one at a time makes sense for a group. */
  constructor(group: PresenceGroup, element: HTMLElement, options: LiveCursorsOptions = {}) {
    this.group = group;
    this.element = element;
    this.#settings = cursorSettingsOf(options);
    this.#visible = this.#settings.visible;
    this.#overlay = new Overlay(element);
    this.#others = new RemoteCursors(group, this.#overlay, this.#settings);
    this.#delivery = CursorDelivery.of(group.client);
    const pointer = new Pointer(element, () => this.#overlay.size);
    this.#moves = new MoveSender(this.#settings.tick, {
      isReady: () => this.#ref !== undefined && !document.hidden,
      read: () => pointer.read(),
      send: (point) => send(group, point),
    });
    this.#ends = [
      this.#delivery.add(this),
      pointer.watch(() => this.#moves.request()),
      watchGeometry(element, () => this.#onGeometry()),
      watchVisibility(() => this.#onShown()),
      group.onCursors((frame) => void (this.#visible && this.#others.receive(frame))),
      group.subscribe(() => this.#onState()),
      group.client.onConnected(() => this.#onState()),
    ];
    this.#onState();
  }

  /**
   * Whether the cursors of others are shown. Hidden, they are not delivered either, if the application's hub has the method
   * that is named by `visibilityMethod`. This user's own pointer is sent all the same.
   */
  get visible(): boolean {
    return this.#visible;
  }

  set visible(visible: boolean) {
    this.#visible = visible;
    if (!visible) this.#others.clear();
    if (this.#isLive) this.#delivery.update(this);
  }

  /** @internal */
  get visibilityMethod(): string | null {
    return this.#settings.visibilityMethod;
  }

  /** Ends both: nothing is sent any more, and what was drawn is removed. */
  dispose(): void {
    this.#ends.forEach((end) => end());
    this.#moves.stop();
    this.#others.clear();
    this.#overlay.remove();
  }

  get #isLive(): boolean {
    return this.group.client.isConnected && this.group.status === "live";
  }

  #onState(): void {
    const ref = this.#isLive ? this.group.ownRef : undefined;
    // Under another ref this user is another connection, whose position nobody knows; and the others' may have ended unheard.
    if (ref !== this.#ref) {
      this.#moves.forget();
      if (this.#ref !== undefined) this.#others.clear();
    }
    this.#ref = ref;
    if (!this.group.client.isConnected) {
      this.#others.clear();
      this.#delivery.reset();
    }
    this.#others.identify();
    if (this.#isLive) this.#delivery.update(this);
    if (ref !== undefined) this.#moves.request();
  }

  #onGeometry(): void {
    this.#others.redraw();
    this.#moves.request();
  }

  #onShown(): void {
    this.#others.jump();
    this.#moves.request();
  }
}

/** Without an answer: the next position is on its way before one would be here. */
function send({ key, client }: PresenceGroup, { x, y }: Point): void {
  const isAlone = client.groups.filter(({ ownRef }) => ownRef !== undefined).length === 1;
  const sent = isAlone ? client.send("CursorMove", x, y) : client.send("CursorMoveIn", key, x, y);
  // A position that is lost with its connection is sent again over the next one.
  sent.catch(() => undefined);
}

function watchVisibility(shown: () => void): Unsubscribe {
  const changed = (): void => void (document.hidden || shown());
  document.addEventListener("visibilitychange", changed);
  return () => document.removeEventListener("visibilitychange", changed);
}
