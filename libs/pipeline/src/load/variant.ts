import { defined } from '@enrollkit/base';
import { defaultChangeRules, type ChangeRules } from '@enrollkit/enrollment';
import { LedgerConflictError, type Intake } from '@enrollkit/ledger';
import type { RowSelection } from './select.ts';

/**
 * Under which rules an input is read, and which rows of it. The same input under other rules is another
 * intake.
 */
export interface Variant extends RowSelection {
  /** What is enrolled is enrolled anew. */
  readonly again?: true;
  /** The input is the whole of all cardholders: what it lacks is removed. */
  readonly full?: true;
  /** How many removals a person has confirmed. */
  readonly confirmed?: number;
  /** It holds the ids of those who opt out. */
  readonly optOut?: true;
  /** Only what is enrolled with the other family is sent. */
  readonly migration?: true;
  /** Where they are not the default ones. */
  readonly changes?: ChangeRules;
}

/** The change rules of a variant: none where they are the default ones. */
export function changesOfVariant(rules: ChangeRules): Pick<Variant, 'changes'> {
  const names = Object.keys(defaultChangeRules) as (keyof ChangeRules)[];
  return names.every((name) => rules[name] === defaultChangeRules[name]) ? {} : { changes: rules };
}

/** The variant as the ledger keeps it; undefined for the plain one. */
export function variantText({
  again,
  full,
  confirmed,
  optOut,
  migration,
  limit,
  sample,
  changes,
}: Variant): string | undefined {
  // In one order, so that the same rules are the same text.
  const text = JSON.stringify({
    again,
    full,
    confirmed,
    optOut,
    migration,
    limit,
    sample,
    changes: changes && Object.fromEntries(Object.entries(changes).sort()),
  });
  return text === '{}' ? undefined : text;
}

/** The variant of an intake. */
export function variantOf({ variant }: Pick<Intake, 'variant'>): Variant {
  return variant === undefined ? {} : (JSON.parse(variant) as Variant);
}

/**
 * Whether a card is deleted before the one that takes its place goes out: as when the intake was first read.
 */
export function isDeleteFirst(intake: Pick<Intake, 'variant'>): boolean {
  return variantOf(intake).changes?.replaceOrder === 'delete-first';
}

/** Which rows of its input an intake has. */
export function selectionOf(intake: Pick<Intake, 'variant'>): RowSelection {
  const { limit, sample } = variantOf(intake);
  return defined<RowSelection>({ limit, sample });
}

/** A migration is read on by the command that knows whom to leave alone. Throws `LedgerConflictError`. */
export function assertWithholds(intake: Intake, withhold: object | undefined): void {
  if (variantOf(intake).migration !== true || withhold !== undefined) return;
  throw new LedgerConflictError(
    `intake ${intake.id} is a migration that was not read to its end: it goes on with enrollkit migrate`,
  );
}
