import { defined } from '@enrollkit/base';
import type { Operation } from '@enrollkit/contract';
import {
  refusalCode,
  resendClassOf,
  type ChangeResult,
  type EnrollmentRecord,
  type ProviderCard,
  type ProviderReason,
  type ReadResult,
  type RecordKey,
  type RecordOutcome,
  type SingleEnrollment as EnrollmentResult,
  type SubmitOptions,
} from '@enrollkit/enrollment';
import { ProviderError } from '../../errors.ts';
import { outcomeOf } from '../../judge.ts';
import type { SubjectFields } from '../../retry.ts';
import { AttemptLate } from '../../transport/attempt.ts';
import type { CallInput, Core } from './core.ts';

/** One request: which operation, with what. `undefined` when the provider's id that it needs is not known. */
export interface SingleCall {
  readonly operation: Operation;
  readonly input: CallInput | undefined;
}

/** How single requests are made: one attempt each, judged by the retry table. */
export interface SingleContext {
  readonly core: Core;
  readonly subjects: SubjectFields;
}

const providerIdUnknown: ProviderReason = {
  httpStatus: 0,
  code: 'PROVIDER_ID_UNKNOWN',
  message:
    "the provider's id of this consumer or card is not known, and this API knows no other; nothing was sent",
  origin: 'transport',
};

const consentsMissing: ProviderReason = {
  httpStatus: 0,
  code: 'COMPLIANCE_REQUIRED',
  message:
    'with a card number the addresses of the terms and of the privacy notice must be sent, and neither record nor configuration has them; nothing was sent',
  origin: 'transport',
};

/** Updates or deletes. Without an id nothing is `missing`: that would read as a delete that is done. */
export async function change(
  { core, subjects }: SingleContext,
  { operation, input }: SingleCall,
  { signal, mayLeave }: SubmitOptions = {},
): Promise<ChangeResult> {
  if (input === undefined) return { kind: 'refused', reason: providerIdUnknown };
  try {
    await core(operation, input, { signal, mayLeave });
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof AttemptLate) return { kind: 'late' };
    if (!(error instanceof ProviderError)) throw error;
    return outcomeOf('change', error, subjects);
  }
}

/** A request to read, and what to make of the answer. */
export interface SingleRead<Found> extends SingleCall {
  readonly toFound: (body: unknown) => Found;
}

/** Reads. */
export async function read<Found>(
  { core, subjects }: SingleContext,
  { operation, input, toFound }: SingleRead<Found>,
  signal: AbortSignal | undefined,
): Promise<ReadResult<Found>> {
  if (input === undefined) return { kind: 'missing', reason: providerIdUnknown };
  try {
    return { kind: 'found', found: toFound((await core(operation, input, { signal })).body) };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return outcomeOf('read', error, subjects);
  }
}

/** The card that an answer to an enrollment is about. */
export interface Enrolled {
  readonly card: ProviderCard;
  readonly providerConsumerId?: string | undefined;
}

/** How one family enrolls one card at once. */
export interface SingleEnrollment {
  readonly operation: Operation;
  /** `undefined` when consents are missing that this API requires. */
  readonly toInput: (record: EnrollmentRecord) => CallInput | undefined;
  readonly toEnrolled: (body: unknown) => Enrolled;
}

/** A request to enroll one card. */
export interface SingleEnroll extends SingleEnrollment {
  readonly record: EnrollmentRecord;
}

/** Enrolls one card. */
export async function enroll(
  { core, subjects }: SingleContext,
  { operation, record, toInput, toEnrolled }: SingleEnroll,
  signal: AbortSignal | undefined,
): Promise<EnrollmentResult> {
  const { externalConsumerId, externalCardId } = record;
  const key = { externalConsumerId, externalCardId };
  const input = toInput(record);
  if (input === undefined)
    return {
      kind: 'refused',
      reason: consentsMissing,
      outcome: { ...key, result: 'refused', code: consentsMissing.code },
    };
  try {
    const { card, providerConsumerId } = toEnrolled((await core(operation, input, { signal })).body);
    const ids = { providerConsumerId, providerCardId: card.providerCardId };
    const outcome = defined<RecordOutcome>({ ...key, result: 'enrolled', ...ids });
    return { kind: 'enrolled', card, outcome };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { kind, ...judged } = outcomeOf('submit', error, subjects);
    // That the card is there already does not say that it is there as it was sent: to be looked at.
    if (kind === 'exists') return { kind: 'unknown', ...judged };
    return kind === 'refused'
      ? { kind, ...judged, outcome: { ...key, ...refusalOf(error) } }
      : { kind, ...judged };
  }
}

/** The refusal of one card: the first detail that names a reason says more than the error as a whole. */
export function refusalOf({
  details,
  reason,
  message,
}: Pick<ProviderError, 'details' | 'reason' | 'message'>): Omit<RecordOutcome, keyof RecordKey> & {
  readonly code: string;
} {
  const detail = details.find((one) => one.reason !== undefined);
  const code = refusalCode(detail?.reason ?? reason);
  return {
    result: 'refused',
    code,
    message: detail?.message ?? message,
    recoverable: resendClassOf(code) === 'again',
  };
}
