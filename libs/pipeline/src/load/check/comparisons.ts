import { duplicateError, validationError, type ValidationError } from '@enrollkit/enrollment';
import type { LoadingRules } from '@enrollkit/ledger';
import type { HashIndex } from './hash-index.ts';
import { IDENTITY, word } from './row-hashes.ts';

/** Something that a row may share with an earlier one, and when that is an error. */
export interface Comparison {
  /** The hash that both have, and the word that may differ; each by its number among the words of a row. */
  readonly hash: number;
  readonly beside: number;
  readonly isBroken: (rules: LoadingRules, isSame: boolean) => boolean;
  /** The error of the row on `line`. */
  readonly errorOf: (line: number, firstLine: number) => ValidationError;
}

/** A comparison with what it remembers. */
export interface Remembering extends Comparison {
  readonly index: HashIndex;
}

/** In the order in which they are made: a row that one of them rejects takes no part in those behind it. */
export const comparisons: readonly Comparison[] = [
  {
    hash: word.key,
    beside: word.key,
    isBroken: () => true,
    errorOf: (line, firstLine) => duplicateError({ line }, firstLine),
  },
  {
    hash: word.consumer,
    beside: IDENTITY,
    isBroken: (_rules, isSame) => !isSame,
    errorOf: (_line, firstLine) =>
      validationError('externalConsumerId', 'CONSUMER_CONFLICT', {
        field: 'name, contact or consent',
        where: `line ${firstLine}`,
      }),
  },
  {
    hash: word.contact,
    beside: word.consumer,
    isBroken: ({ contact }, isSame) => contact === 'reject' && !isSame,
    errorOf: (_line, firstLine) => validationError('email', 'CONTACT_SHARED', { where: `line ${firstLine}` }),
  },
  {
    hash: word.card,
    beside: word.key,
    isBroken: ({ card }, isSame) => card === 'reject' && !isSame,
    errorOf: (_line, firstLine) => validationError('pan', 'CARD_SHARED', { where: `line ${firstLine}` }),
  },
];
