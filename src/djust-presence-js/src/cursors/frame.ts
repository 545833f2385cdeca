import { isObject } from "../json.js";
import { keyOf } from "../parse.js";

/** A connection's newest position. What `x` and `y` mean is the senders' to agree on; {@link LiveCursors} sends 0 to 1. */
export interface CursorMove {
  readonly ref: number;
  readonly x: number;
  readonly y: number;
}

/** Whose cursors moved since the frame before, and whose ended. */
export interface CursorFrame {
  readonly key: string;
  readonly moves: readonly CursorMove[];
  /** Refs of connections whose cursor ended. */
  readonly gone: readonly number[];
}

/**
 * Reads a `CursorFrame`; `null` if it does not say which group it is about. A position that makes no sense is left out: the
 * next frame has a newer one, and the others in this frame are none the worse for it.
 */
export function parseFrame(value: unknown): CursorFrame | null {
  const key = keyOf(value);
  if (key === null || !isObject(value)) return null;
  const flat: readonly unknown[] = Array.isArray(value.moves) ? value.moves : [];
  const moves: CursorMove[] = [];
  for (let index = 0; index < flat.length; index += 3) {
    const [ref, x, y] = [flat[index], flat[index + 1], flat[index + 2]];
    if (isRef(ref) && isCoordinate(x) && isCoordinate(y)) moves.push({ ref, x, y });
  }
  return { key, moves, gone: Array.isArray(value.gone) ? value.gone.filter(isRef) : [] };
}

function isRef(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCoordinate(value: unknown): value is number {
  return Number.isFinite(value);
}
