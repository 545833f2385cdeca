import type { PresenceGroup } from "../group.js";
import { withinUnit } from "./content-box.js";
import { Deadline } from "./deadline.js";
import type { CursorFrame } from "./frame.js";
import { NextFrame } from "./next-frame.js";
import type { LiveCursorsSettings } from "./options.js";
import type { Overlay } from "./overlay.js";
import { RemoteCursor } from "./remote-cursor.js";

/** The cursors of a group's other connections, from the first move to the end. */
export class RemoteCursors {
  readonly #group: PresenceGroup;
  readonly #overlay: Overlay;
  readonly #settings: LiveCursorsSettings;
  readonly #cursors = new Map<number, RemoteCursor>();
  readonly #frame = new NextFrame(() => this.#draw());
  readonly #deadline = new Deadline((now) => this.#age(now));
  readonly #motion = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(group: PresenceGroup, overlay: Overlay, settings: LiveCursorsSettings) {
    this.#group = group;
    this.#overlay = overlay;
    this.#settings = settings;
  }

  receive({ moves, gone }: CursorFrame): void {
    const now = performance.now();
    const animate = !this.#motion.matches;
    for (const { ref, x, y } of moves) {
      if (ref === this.#group.ownRef) continue;
      this.#cursor(ref).move({ x: withinUnit(x), y: withinUnit(y) }, now, animate);
    }
    gone.forEach((ref) => this.#remove(ref));
    if (this.#cursors.size > 0) this.#deadline.by(now + Math.min(this.#settings.stillAfter, this.#settings.timeout));
    this.redraw();
  }

  /** The group has changed: who left it takes their cursors along, at once. */
  identify(): void {
    for (const [ref, cursor] of this.#cursors) {
      if (!cursor.identify(this.#group.owner(ref))) this.#remove(ref);
    }
    this.redraw();
  }

  /** The same positions may be at other places. */
  redraw(): void {
    if (this.#cursors.size > 0) this.#frame.request();
  }

  /** Goes to the newest positions, rather than through all that nobody has seen. */
  jump(): void {
    for (const cursor of this.#cursors.values()) cursor.jump();
    this.redraw();
  }

  clear(): void {
    for (const ref of this.#cursors.keys()) this.#remove(ref);
    this.#frame.cancel();
    this.#deadline.cancel();
  }

  #cursor(ref: number): RemoteCursor {
    let cursor = this.#cursors.get(ref);
    if (cursor === undefined) {
      this.#cursors.set(ref, (cursor = new RemoteCursor(this.#settings.tick)));
      cursor.identify(this.#group.owner(ref));
    }
    return cursor;
  }

  #remove(ref: number): void {
    this.#cursors.get(ref)?.remove();
    this.#cursors.delete(ref);
  }

  #draw(): void {
    const now = performance.now();
    // Read before anything is written, so that the page is laid out once.
    const { size } = this.#overlay;
    let moving = false;
    for (const cursor of this.#cursors.values()) moving = cursor.draw(now, size, this.#overlay) || moving;
    if (moving) this.redraw();
  }

  #age(now: number): void {
    const { stillAfter, timeout } = this.#settings;
    for (const [ref, cursor] of this.#cursors) {
      const rests = now >= cursor.movedAt + stillAfter;
      if (now >= cursor.movedAt + timeout) this.#remove(ref);
      else {
        if (rests) cursor.rest();
        this.#deadline.by(cursor.movedAt + (rests ? timeout : Math.min(stillAfter, timeout)));
      }
    }
  }
}
