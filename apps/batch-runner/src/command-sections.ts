import type { AnyCommand } from './command.ts';

/** A command as `enrollkit --help` lists it. Its file is loaded when it is called. */
export interface CommandEntry {
  /** With the name of its group where it has one: `ledger backup`. */
  readonly name: string;
  readonly section: Section;
  readonly summary: string;
  readonly load: () => Promise<AnyCommand>;
}

/** The headings of `enrollkit --help`, in their order. */
export const sections = [
  'First steps',
  'Before a run',
  'Running',
  'One cardholder',
  'Deciding',
  'Seeing what became of it',
  'Upkeep',
] as const;

/** A heading of `enrollkit --help`. */
export type Section = (typeof sections)[number];

/** What the commands of several words have in common. */
export const commandGroups: Readonly<Record<string, string>> = {
  ledger: 'the ledger itself',
  register: 'what was agreed with the provider about each card',
  profile: 'one consumer at the provider',
  card: 'one card at the provider',
  notifications: 'results that the provider sends by itself',
  keys: 'the keys that sign and seal',
  users: 'local accounts for the console',
};
