import type { ChangeRules, RecordKey, Rejection } from '@enrollkit/enrollment';
import { KEY_BYTES, type Ledger } from '@enrollkit/ledger';
import type { Observer } from '../events.ts';
import type { Compared } from '../load/compare.ts';
import type { Digests } from '../load/digests.ts';
import type { RowMarks } from '../load/row-marks.ts';
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

/** What of a full extract is there, for a plan. */
export class PresentRows {
  readonly #digests: Digests;
  readonly #marks: Pick<RowMarks, 'has'>;
  /** Of rows that were rejected before they had a key. */
  readonly #rejected = new Set<string>();
  #unreadable = 0;

  /** `marks` remember every row that could be compared. */
  constructor(digests: Digests, marks: Pick<RowMarks, 'has'>) {
    this.#digests = digests;
    this.#marks = marks;
  }

  /** Remembers a row that could not be compared, as far as it could be read. */
  add(row: Compared): void {
    if ('window' in row) return;
    const key = keyOfRejected(row.rejection);
    if (key === undefined) this.#unreadable += 1;
    else this.#rejected.add(this.#digests.keysOf([key]).toString('latin1'));
  }

  /** What the register has beside them, and how much of that would be removed. */
  async missing(
    ledger: Pick<Ledger, 'enrolledKeys' | 'enrolledSize'>,
    removal: RemovalRules,
  ): Promise<{ readonly missing: number; readonly removed: number }> {
    let missing = 0;
    let unknown = 0;
    for await (const { keys, withoutIds } of ledger.enrolledKeys())
      for (const [index, isWithout] of withoutIds.entries()) {
        if (this.#has(keys, index)) continue;
        missing += 1;
        unknown += isWithout;
      }
    const enrolled = await ledger.enrolledSize();
    const most = mostRemovals(removal, { enrolled, unreadable: this.#unreadable });
    return { missing, removed: missing > most ? 0 : missing - unknown };
  }

  #has(keys: Uint8Array, index: number): boolean {
    if (this.#marks.has(keys, index)) return true;
    const at = index * KEY_BYTES;
    return (
      this.#rejected.size > 0 &&
      this.#rejected.has(Buffer.from(keys.buffer, keys.byteOffset + at, KEY_BYTES).toString('latin1'))
    );
  }
}
