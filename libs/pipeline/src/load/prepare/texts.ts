import { maskPan } from '@enrollkit/base';
import type { EnrollmentRecord } from '@enrollkit/enrollment';
import type { LedgerRecord } from '@enrollkit/ledger';
import type { Digests } from '../digests.ts';

/** Texts of a record. */
const TEXTS = 4;

/** Stands between texts: none of them can hold it. */
export const BETWEEN_TEXTS = '\n';

type Kept = Omit<LedgerRecord, 'place'>;

/** What the ledger keeps of a record beside its place. */
export function keptOf(
  { externalConsumerId, externalCardId, card }: EnrollmentRecord,
  digests: Digests,
): Kept {
  const { pan } = card;
  return {
    externalConsumerId,
    externalCardId,
    maskedPan: maskPan(pan),
    fingerprint: digests.fingerprint(pan),
  };
}

/** The same as one text. */
export function textOf(record: EnrollmentRecord, digests: Digests): string {
  const { externalConsumerId, externalCardId, maskedPan, fingerprint } = keptOf(record, digests);
  return [externalConsumerId, externalCardId, maskedPan, fingerprint].join(BETWEEN_TEXTS);
}

/** What the ledger keeps of the record with this number, among the texts of others. */
export function keptAt(texts: readonly string[], index: number): Kept {
  const at = index * TEXTS;
  return {
    externalConsumerId: texts[at] ?? '',
    externalCardId: texts[at + 1] ?? '',
    maskedPan: texts[at + 2] ?? '',
    fingerprint: texts[at + 3] ?? '',
  };
}
