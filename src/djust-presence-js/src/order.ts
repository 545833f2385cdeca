import type { Presence } from "./wire.js";

/** The order of a group's list: who joined first, then by id. Ordinal, so that it is the same in every locale. */
export function byJoin(a: Presence, b: Presence): number {
  return ordinal(instant(a.joinedAt), instant(b.joinedAt)) || ordinal(a.id, b.id);
}

/** Without the zone's letter, a moment with fewer decimals is a prefix of the later ones with more. */
function instant(joinedAt: string): string {
  return joinedAt.endsWith("Z") ? joinedAt.slice(0, -1) : joinedAt;
}

function ordinal(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
