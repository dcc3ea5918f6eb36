/** States of an entry, as they are stored. */
export const entryStates = {
  /** Agreed with the provider. */
  enrolled: 1,
  /** Refused finally; nothing is agreed. */
  refused: 2,
  /** Sent, and nobody knows what became of it. */
  unresolved: 3,
  /** A person who was erased: not to be sent again. */
  erased: 4,
  /** Was enrolled, and was deleted at the provider: not sent again unless a person says so. */
  removed: 5,
} as const;

/** The name of a state. */
export type EntryState = keyof typeof entryStates;

/** The name of a stored state. */
export function entryStateOf(stored: number): EntryState {
  const [name] = Object.entries(entryStates).find(([, value]) => value === stored) ?? [];
  if (name === undefined) throw new RangeError(`${stored} is no state of an entry`);
  return name as EntryState;
}
