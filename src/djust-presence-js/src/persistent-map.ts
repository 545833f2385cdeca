/** A list of entries to write; `undefined` deletes. */
export type MapChanges<K, V> = readonly (readonly [key: K, value: V | undefined])[];

/**
 * An immutable map whose newest version is read and changed at the cost of a plain `Map`.
 *
 * All versions of a map share one `Map`, which holds what the version last used says; every other version knows the way there
 * as a list of changes. Using an older version walks that way (Baker's rerooting). So a change costs O(changes), an old
 * version stays valid, and a version that nobody refers to any more is garbage.
 */
export class PersistentMap<K, V> {
  #root: Map<K, V> | undefined;
  #towards: { readonly version: PersistentMap<K, V>; readonly undo: MapChanges<K, V> } | undefined;
  readonly size: number;

  /** @param root is owned by the new map from now on. */
  constructor(root: Map<K, V> = new Map(), size = root.size) {
    this.#root = root;
    this.size = size;
  }

  get(key: K): V | undefined {
    return this.#reroot().get(key);
  }

  values(): V[] {
    return [...this.#reroot().values()];
  }

  /** The map after the changes, which name each key at most once. */
  with(changes: MapChanges<K, V>): PersistentMap<K, V> {
    if (changes.length === 0) return this;
    const root = this.#reroot();
    const undo = apply(root, changes);
    const next = new PersistentMap(root);
    this.#root = undefined;
    this.#towards = { version: next, undo };
    return next;
  }

  #reroot(): Map<K, V> {
    if (this.#root !== undefined) return this.#root;
    const path: PersistentMap<K, V>[] = [];
    let holder: PersistentMap<K, V> = this;
    while (holder.#towards !== undefined) {
      path.push(holder);
      holder = holder.#towards.version;
    }
    const root = holder.#root!;
    for (const version of path.reverse()) {
      holder.#towards = { version, undo: apply(root, version.#towards!.undo) };
      holder.#root = undefined;
      version.#towards = undefined;
      holder = version;
    }
    this.#root = root;
    return root;
  }
}

/** Writes the changes, and answers with what takes them back. */
function apply<K, V>(root: Map<K, V>, changes: MapChanges<K, V>): MapChanges<K, V> {
  return changes.map(([key, value]) => {
    const before = root.get(key);
    if (value === undefined) root.delete(key);
    else root.set(key, value);
    return [key, before] as const;
  });
}
