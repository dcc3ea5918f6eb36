/** Something that waits to be done together with others. */
export interface Waiting<Item, Value> {
  readonly item: Item;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does things in groups, one group after the other: what is given at the same moment, and what is given while
 * a group is under way, makes the next one. A commit costs a write to the disk, whatever is in it.
 *
 * @param most things in a group, at most
 * @param make does a group and settles each of it; when it throws, all of the group are rejected.
 *   `takeRest` takes what waits behind it, which `make` then settles, too
 */
export function inGroups<Item, Value>(
  most: number,
  make: (
    group: readonly Waiting<Item, Value>[],
    takeRest: () => readonly Waiting<Item, Value>[],
  ) => Promise<void>,
): (item: Item) => Promise<Value> {
  const waiting: Waiting<Item, Value>[] = [];
  let isDraining = false;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting.splice(0, most);
      try {
        await make(group, () => waiting.splice(0));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    isDraining = false;
  };
  return (item) =>
    new Promise<Value>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isDraining) return;
      isDraining = true;
      setImmediate(() => void drain());
    });
}
