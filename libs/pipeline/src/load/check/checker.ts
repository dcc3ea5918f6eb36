import {
  Batcher,
  consumerTexts,
  duplicateError,
  validationError,
  type BatchItems,
  type FieldName,
  type SourcePlace,
  type ValidationError,
} from '@enrollkit/enrollment';
import type { LoadingRules } from '@enrollkit/ledger';
import { HashIndex, type HashEntry } from './hash-index.ts';
import { placeFrom, type Finding, type JudgedRows } from './judge.ts';
import { CONSUMER_TEXTS, IDENTITY, ROW_WORDS, word, type Origin, type RowWords } from './row-hashes.ts';

/** By which rules rows are compared with others. */
export interface CheckRules {
  readonly batchSize: number;
  readonly duplicates: LoadingRules;
}

/** A row that is fit by itself: its words in those of its portion. */
interface HashedRow extends RowWords {
  readonly from: Origin;
}

/** Rejects rows without a ledger: by the rules of a batch, and by what stands in other rows, all of them. */
export class Checker {
  readonly #rules: LoadingRules;
  readonly #batcher: Batcher<HashedRow>;
  readonly #keys = new HashIndex();
  readonly #consumers = new HashIndex();
  readonly #contacts = new HashIndex();
  readonly #cards = new HashIndex();

  constructor({ batchSize, duplicates }: CheckRules) {
    this.#rules = duplicates;
    this.#batcher = new Batcher({ batchSize, items: hashedItems });
  }

  /** What is found in the next rows, in their order: rejections, and warnings of rows that are fit by themselves. */
  *findingsIn({ rejections, warnings, words }: JudgedRows, from: Origin): Generator<Finding> {
    let rejected = 0;
    let warned = 0;
    for (let at = 0; at < words.length; at += ROW_WORDS) {
      const row = { from, words, at };
      for (; isBefore(rejections[rejected], row); rejected++) yield* placed(rejections[rejected], from);
      const error = this.#batcher.add(row).error ?? this.#acrossRows(row);
      if (error !== undefined) yield { place: placeOf(row), errors: [error] };
      if (isOf(warnings[warned], row)) yield* placed(warnings[warned++], from);
    }
    for (; rejected < rejections.length; rejected++) yield* placed(rejections[rejected], from);
  }

  #acrossRows(row: HashedRow): ValidationError | undefined {
    const key = entryOf(row, word.key, word.key);
    const first = this.#keys.see(key);
    if (first >= 0) return duplicateError(key, this.#keys.lineAt(first));
    const consumer = entryOf(row, word.consumer, IDENTITY);
    const same = this.#consumers.see(consumer);
    if (same >= 0 && this.#consumers.besideAt(same) !== consumer.beside)
      return validationError('externalConsumerId', 'CONSUMER_CONFLICT', {
        field: 'name, contact or consent',
        where: `line ${this.#consumers.lineAt(same)}`,
      });
    const contact = entryOf(row, word.contact, word.consumer);
    const holder = this.#contacts.see(contact);
    if (this.#rules.contact === 'reject' && holder >= 0 && this.#contacts.besideAt(holder) !== contact.beside)
      return validationError('email', 'CONTACT_SHARED', { where: `line ${this.#contacts.lineAt(holder)}` });
    const card = entryOf(row, word.card, word.key);
    const twin = this.#cards.see(card);
    return this.#rules.card === 'reject' && twin >= 0 && this.#cards.besideAt(twin) !== card.beside
      ? validationError('pan', 'CARD_SHARED', { where: `line ${this.#cards.lineAt(twin)}` })
      : undefined;
  }
}

/** Rows as their hashes tell them apart. */
const hashedItems: BatchItems<HashedRow> = {
  consumerOf: ({ words, at }) =>
    (words[at + word.consumer] ?? 0) * 0x20_0000 + ((words[at + word.consumer + 1] ?? 0) >>> 11),
  isSameCard: (one, other) =>
    wordOf(one, word.key) === wordOf(other, word.key) &&
    wordOf(one, word.key + 1) === wordOf(other, word.key + 1),
  consumerDifference,
  placeOf,
};

function consumerDifference(one: HashedRow, other: HashedRow): FieldName | undefined {
  if (wordOf(one, IDENTITY) === wordOf(other, IDENTITY)) return undefined;
  for (let index = 0; index < CONSUMER_TEXTS; index++)
    if (wordOf(one, word.texts + index) !== wordOf(other, word.texts + index))
      return consumerTexts[index]?.column;
  return undefined;
}

function wordOf({ words, at }: HashedRow, index: number): number {
  return words[at + index] ?? 0;
}

function lineOf(row: HashedRow): number {
  return row.from.line + wordOf(row, word.line);
}

function placeOf(row: HashedRow): SourcePlace {
  return placeFrom(row.from, {
    row: wordOf(row, word.row),
    line: wordOf(row, word.line),
    offset: wordOf(row, word.offset),
    length: wordOf(row, word.length),
  });
}

/** A hash of a row as it is remembered, with another word of the row beside it. */
function entryOf(row: HashedRow, hash: number, beside: number): HashEntry {
  return {
    high: wordOf(row, hash),
    low: wordOf(row, hash + 1),
    line: lineOf(row),
    beside: wordOf(row, beside),
  };
}

function isBefore(finding: Finding | undefined, row: HashedRow): boolean {
  return finding !== undefined && finding.place.row < wordOf(row, word.row);
}

function isOf(finding: Finding | undefined, row: HashedRow): boolean {
  return finding !== undefined && finding.place.row === wordOf(row, word.row);
}

function* placed(finding: Finding | undefined, from: Origin): Generator<Finding> {
  if (finding) yield { place: placeFrom(from, finding.place), errors: finding.errors };
}
