import {
  Batcher,
  duplicateRejection,
  validationError,
  type PlacedRecord,
  type Rejection,
  type ValidationError,
} from '@enrollkit/enrollment';
import type { Validated } from '@enrollkit/pipeline';
import type { Config } from '../config/schema.ts';
import { hashOf, LineIndex } from './line-index.ts';

/** What becomes of rows that share something with another consumer or card. */
export interface CheckRules {
  readonly batchSize: number;
  readonly duplicates: Config['duplicates'];
}

/**
 * Rejects rows without a ledger: by the rules of a row, of a batch, and by what stands in other rows, all of
 * them.
 */
export class Checker {
  readonly #batcher: Batcher;
  readonly #rules: CheckRules;
  readonly #keys = new LineIndex();
  readonly #consumers = new LineIndex();
  readonly #contacts = new LineIndex();
  readonly #cards = new LineIndex();
  rejected = 0;

  constructor(rules: CheckRules) {
    this.#rules = rules;
    this.#batcher = new Batcher({ batchSize: rules.batchSize });
  }

  /** The rejections of a portion of rows, in their order. */
  *rejectionsIn(portion: readonly Validated[]): Generator<Rejection> {
    for (const item of portion) {
      const rejection = 'rejection' in item ? item.rejection : this.#acrossRows(item);
      if (rejection === undefined) continue;
      this.rejected += 1;
      yield rejection;
    }
  }

  #acrossRows(placed: PlacedRecord): Rejection | undefined {
    const { rejected } = this.#batcher.add(placed);
    if (rejected !== undefined) return rejected;
    const { externalConsumerId, externalCardId } = placed.record;
    const { line } = placed.place;
    const first = this.#keys.see(`${externalConsumerId}\n${externalCardId}`, line);
    if (first !== undefined) return duplicateRejection(placed, first.line);
    const error = this.#sharedError(placed);
    return error && { place: placed.place, externalConsumerId, externalCardId, errors: [error] };
  }

  #sharedError({ record, place: { line } }: PlacedRecord): ValidationError | undefined {
    const { externalConsumerId, externalCardId, consumer, card } = record;
    const { duplicates } = this.#rules;
    const where = (seen: { readonly line: number }): { where: string } => ({ where: `line ${seen.line}` });
    const identity = JSON.stringify(consumer);
    const same = this.#consumers.see(externalConsumerId, line, identity);
    if (same !== undefined && same.beside !== hashOf(identity))
      return validationError('externalConsumerId', 'CONSUMER_CONFLICT', {
        field: 'name, contact or consent',
        ...where(same),
      });
    const { countryCode, number } = consumer.mobile;
    const contact = `${consumer.email.toLowerCase()}\n${countryCode}\n${number}`;
    const other = this.#contacts.see(contact, line, externalConsumerId);
    if (duplicates.contact === 'reject' && other !== undefined && other.beside !== hashOf(externalConsumerId))
      return validationError('email', 'CONTACT_SHARED', where(other));
    const key = `${externalConsumerId}\n${externalCardId}`;
    const twin = this.#cards.see(card.pan, line, key);
    return duplicates.card === 'reject' && twin !== undefined && twin.beside !== hashOf(key)
      ? validationError('pan', 'CARD_SHARED', where(twin))
      : undefined;
  }
}
