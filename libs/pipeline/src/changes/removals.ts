import type { ChangeRules, RecordKey, Rejection } from '@enrollkit/enrollment';
import { KEY_BYTES, type Ledger } from '@enrollkit/ledger';
import type { Observer } from '../events.ts';
import type { Compared } from '../load/compare.ts';
import type { Digests } from '../load/digests.ts';
import type { PipelineSettings } from '../settings.ts';

/** What decides whether the cards that a full extract lacks are removed. */
export interface RemovalRules {
  readonly rule: ChangeRules['remove'];
  readonly limits: PipelineSettings['removals'];
  /** How many a person has confirmed. */
  readonly confirmed?: number | undefined;
}

/**
 * How many cards a full extract may lack for them to be removed; more, and none is. Without a person's word:
 * what the limits say, and none while a row cannot be read far enough to say whose it is. -1: none at all.
 */
export function mostRemovals(
  { rule, limits: { count = Infinity, percent }, confirmed }: RemovalRules,
  of: { readonly enrolled: number; readonly unreadable: number },
): number {
  if (rule !== 'apply') return -1;
  if (confirmed !== undefined) return confirmed;
  if (of.unreadable > 0) return -1;
  return Math.min(count, Math.floor((of.enrolled * percent) / 100));
}

/** The key of a rejected row, as far as it could be read: its card is in the file all the same. */
export function keyOfRejected({ externalConsumerId, externalCardId }: Rejection): RecordKey | undefined {
  return externalConsumerId === undefined || externalCardId === undefined
    ? undefined
    : { externalConsumerId, externalCardId };
}

/** What comparing a full extract with the register needs. */
export interface RemovalContext {
  readonly ledger: Ledger;
  readonly digests: Digests;
  readonly notify: Observer;
  readonly intakeId: string;
  readonly removal: RemovalRules;
}

/**
 * Has the cards removed that a full extract lacks, as far as the rules allow, once its last row is in the
 * ledger.
 */
export async function removeMissing({
  ledger,
  digests,
  notify,
  intakeId,
  removal,
}: RemovalContext): Promise<void> {
  const present: RecordKey[] = [];
  let unreadable = 0;
  for await (const rejection of ledger.rejections(intakeId)) {
    const key = keyOfRejected(rejection);
    if (key === undefined) unreadable += 1;
    else present.push(key);
  }
  const most = mostRemovals(removal, { enrolled: await ledger.enrolledSize(), unreadable });
  const found = await ledger.removeMissing(intakeId, { present: digests.keysOf(present), most });
  notify({ kind: 'missing-cards', ...found, most, unreadable });
}

/** Keys of one portion: what would grow by doubling would need three times as much while it does. */
const PORTION_BYTES = 65_536 * KEY_BYTES;

/** The keys of all rows of a full extract, 16 bytes each, for a plan. */
export class PresentKeys {
  readonly #digests: Digests;
  readonly #portions: Uint8Array[] = [];
  /** Filled in the last portion. */
  #bytes = PORTION_BYTES;
  #unreadable = 0;

  constructor(digests: Digests) {
    this.#digests = digests;
  }

  /** Remembers a row; of a rejected one, as far as it could be read. */
  add(row: Compared): void {
    if ('window' in row) {
      const at = row.index * KEY_BYTES;
      return this.#append(row.window.keys.subarray(at, at + KEY_BYTES));
    }
    const key = keyOfRejected(row.rejection);
    if (key === undefined) this.#unreadable += 1;
    else this.#append(this.#digests.keysOf([key]));
  }

  /** What the register has beside them, and how much of that would be removed. */
  async missing(
    ledger: Pick<Ledger, 'countMissing' | 'enrolledSize'>,
    removal: RemovalRules,
  ): Promise<{ readonly missing: number; readonly removed: number }> {
    const { missing, withoutIds } = await ledger.countMissing(this.#filled());
    const enrolled = await ledger.enrolledSize();
    const most = mostRemovals(removal, { enrolled, unreadable: this.#unreadable });
    return { missing, removed: missing > most ? 0 : missing - withoutIds };
  }

  #append(key: Uint8Array): void {
    if (this.#bytes === PORTION_BYTES) {
      this.#portions.push(new Uint8Array(PORTION_BYTES));
      this.#bytes = 0;
    }
    this.#portions.at(-1)?.set(key, this.#bytes);
    this.#bytes += KEY_BYTES;
  }

  #filled(): readonly Uint8Array[] {
    return this.#portions.map((portion, index) =>
      index === this.#portions.length - 1 ? portion.slice(0, this.#bytes) : portion,
    );
  }
}
