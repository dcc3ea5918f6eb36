import { defined } from '@enrollkit/base';
import type { BatchDraft, SealedBody, Submission, SubmitOptions } from '@enrollkit/enrollment';
import type { EncryptionKey } from '@enrollkit/encryption';
import { ConfigError, ProviderError } from '../../errors.ts';
import { outcomeOf } from '../../judge.ts';
import type { SubjectFields } from '../../retry.ts';
import { AttemptLate } from '../../transport/attempt.ts';
import type { Connection } from '../../transport/connect.ts';
import type { Call } from '../../transport/exchange.ts';
import type { Defaults } from './core.ts';
import { sealedBytes } from './request-body.ts';
import { refusalOf, type SingleEnrollment } from './single.ts';

/**
 * How one family enrolls one card that the pipeline sends, as its batches are sent: sealed first, then
 * attempted.
 */
export interface OneCardFamily extends SingleEnrollment {
  readonly defaults: Defaults;
  readonly parameters: Pick<Call, 'path' | 'query'>;
  readonly subjects: SubjectFields;
  readonly encryptionKey: (withdrawn?: string) => Promise<EncryptionKey>;
}

/** Bytes at the beginning of a body that tell its kind: every batch names its id before the sealed part. */
const KIND_BYTES = 1_024;
const batchIdMember = '"externalBatchId":';

/**
 * Whether a sealed body is one card's. Inside a text of the body, the quotes of the member would be escaped.
 */
export function isOneCard({ bytes }: SealedBody): boolean {
  return !Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, KIND_BYTES)).includes(
    batchIdMember,
  );
}

/**
 * Seals the only record of a draft. Its id becomes the id of the call: each repetition is told by the same
 * one.
 */
export async function sealOne(
  { operation, toInput, defaults, encryptionKey }: OneCardFamily,
  { externalBatchId, records }: BatchDraft,
): Promise<SealedBody> {
  const [record] = records;
  if (record === undefined || records.length > 1)
    throw new RangeError(`one card is enrolled by itself, and the draft has ${records.length}`);
  const input = toInput(record);
  if (input === undefined)
    throw new ConfigError({
      code: 'consents-missing',
      message:
        "the addresses of the provider's terms and of its privacy notice must go with a card number that is enrolled at once, and neither the record nor the configuration has them; nothing was sent",
      hint: 'Give privacyUri and termsUri in the record, or in the configuration for all that have none.',
    });
  const key = await encryptionKey();
  const body = { ...defaults.body, srcCorrelationId: externalBatchId, ...input.body };
  const { bytes } = await sealedBytes(operation, body, () => Promise.resolve(key));
  return { externalBatchId, bytes, kid: key.kid };
}

/** Makes one attempt to enroll one card. */
export async function submitOne(
  { operation, parameters, subjects, toEnrolled }: OneCardFamily,
  { exchange }: Connection,
  { body, signal, mayLeave }: SubmitOptions & { readonly body: SealedBody },
): Promise<Submission> {
  try {
    const answer = await exchange({ ...parameters, operation, body: body.bytes, signal, mayLeave });
    const { card, providerConsumerId } = toEnrolled(answer.body);
    const outcome = { result: 'enrolled', providerConsumerId, providerCardId: card.providerCardId } as const;
    return { kind: 'completed', outcome: defined(outcome) };
  } catch (error) {
    if (error instanceof AttemptLate) return { kind: 'late' };
    if (!(error instanceof ProviderError)) throw error;
    const judged = outcomeOf('submit', error, subjects);
    // That the card is there already does not say that it is there as it was sent: to be looked at.
    if (judged.kind === 'exists') return { ...judged, kind: 'unknown' };
    if (judged.kind !== 'refused') return judged;
    return { ...judged, kind: 'refused', reason: { ...judged.reason, code: refusalOf(error).code } };
  }
}
