/**
 * `true` when two generated types are the same to the last optional member, `never` otherwise. Both API
 * families share the mappings of this folder; each family states with it that its own types still allow that:
 *
 *     true satisfies Alike<Wire.Address, Shared.Address>;
 *
 * Assignability is not enough: an optional member that one family renames is silently ignored by it.
 */
export type Alike<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : never;
