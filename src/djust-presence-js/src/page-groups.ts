import { Emitter, type Unsubscribe } from "./emitter.js";
import type { PresenceGroup } from "./group.js";

const groups = new Map<string, Set<PresenceGroup>>();
const changed = new Emitter<[key: string]>();

/** Makes a group known to the whole page, so that an element without a hub of its own can follow it. */
export function announceGroup(group: PresenceGroup): Unsubscribe {
  const { key } = group;
  const all = groups.get(key) ?? new Set();
  groups.set(key, all.add(group));
  changed.emit(key);
  return () => {
    if (!all.delete(group)) return;
    if (all.size === 0) groups.delete(key);
    changed.emit(key);
  };
}

/**
 * Follows whichever client of the page has the group, and the live one if several have.
 * @param follow is called with the group, now and whenever it is another one; `undefined` if there is none.
 */
export function followGroup(key: string, follow: (group: PresenceGroup | undefined) => void): Unsubscribe {
  let current: PresenceGroup | undefined;
  let subscriptions: Unsubscribe[] = [];
  const choose = (): void => {
    const all = [...(groups.get(key) ?? [])];
    const best = all.find(({ status }) => status === "live") ?? all.find((group) => group === current) ?? all[0];
    if (best === current) return;
    current = best;
    follow(best);
  };
  const watch = (): void => {
    subscriptions.forEach((end) => end());
    subscriptions = [...(groups.get(key) ?? [])].map((group) => group.subscribe(choose));
    choose();
  };
  const end = changed.add((of) => {
    if (of === key) watch();
  });
  watch();
  return () => {
    end();
    subscriptions.forEach((unsubscribe) => unsubscribe());
  };
}
