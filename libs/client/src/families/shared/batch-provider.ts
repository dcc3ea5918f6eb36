import type { Operation } from '@enrollkit/contract';
import type { EncryptionKey } from '@enrollkit/encryption';
import type {
  PollAnswer,
  BatchDraft,
  PollOptions,
  Provider,
  SealedBody,
  SealsOne,
  Submission,
  SubmitOptions,
} from '@enrollkit/enrollment';
import { ProviderError } from '../../errors.ts';
import type { ProviderFailure } from '../../failure.ts';
import { outcomeOf } from '../../judge.ts';
import type { SubjectFields } from '../../retry.ts';
import { AttemptLate } from '../../transport/attempt.ts';
import type { Connection } from '../../transport/connect.ts';
import type { Call } from '../../transport/exchange.ts';
import { isOneCard, sealOne, submitOne, type OneCardFamily } from './one-card.ts';
import { sealedBytes } from './request-body.ts';

/** What one API family says about batches. Everything else is the same for all of them. */
export interface BatchFamily {
  readonly enroll: Operation;
  readonly status: Operation;
  /** Parameters of both operations that come from the configuration. */
  readonly parameters: Pick<Call, 'path' | 'query'>;
  readonly subjects: SubjectFields;
  readonly encryptionKey: (withdrawn?: string) => Promise<EncryptionKey>;
  /** The body of a batch, in clear. */
  readonly toWire: (draft: BatchDraft) => object;
  /**
   * The ids of a receipt that keeps the contract; `externalBatchId` may be missing where the contract does
   * not promise it.
   */
  readonly toReceipt: (body: unknown) => { readonly batchId: string; readonly externalBatchId?: string };
  /** A batch's state that keeps the contract, and which batch it is about. */
  readonly toAnswer: (body: unknown) => {
    readonly batchId: string;
    readonly externalBatchId?: string | undefined;
    readonly answer: PollAnswer;
  };
}

/** The pipeline's provider over one family: one attempt a call, every error judged by the retry table. */
export function batchProvider(
  family: BatchFamily,
  one: OneCardFamily,
  connection: Connection,
): Provider & SealsOne {
  return {
    seal: (draft) => seal(family, draft),
    sealOne: (draft) => sealOne(one, draft),
    // Why there is none is reported by `seal`, which cannot do without one.
    currentKid: (withdrawn) =>
      family.encryptionKey(withdrawn).then(
        ({ kid }) => kid,
        () => undefined,
      ),
    submit: (body, options = {}) =>
      isOneCard(body)
        ? submitOne(one, connection, { body, ...options })
        : submit(family, connection, { body, ...options }),
    poll: (batchId, expected = {}) => poll(family, connection, { batchId, ...expected }),
    close: () => connection.transport.close(),
  };
}

async function seal({ enroll, toWire, encryptionKey }: BatchFamily, draft: BatchDraft): Promise<SealedBody> {
  const key = await encryptionKey();
  const { bytes } = await sealedBytes(enroll, toWire(draft), () => Promise.resolve(key));
  return { externalBatchId: draft.externalBatchId, bytes, kid: key.kid };
}

interface Submitting extends SubmitOptions {
  readonly body: SealedBody;
}

async function submit(
  family: BatchFamily,
  { exchange }: Connection,
  { body, signal, mayLeave }: Submitting,
): Promise<Submission> {
  try {
    const call = { ...family.parameters, operation: family.enroll, body: body.bytes, signal, mayLeave };
    const answer = await exchange(call);
    const { batchId, externalBatchId = body.externalBatchId } = family.toReceipt(answer.body);
    if (externalBatchId === body.externalBatchId) return { kind: 'accepted', providerBatchId: batchId };
    const failure = aboutAnother(answer.status, 'the receipt is for another externalBatchId');
    return outcomeOf('submit', failure, family.subjects);
  } catch (error) {
    if (error instanceof AttemptLate) return { kind: 'late' };
    if (!(error instanceof ProviderError)) throw error;
    return outcomeOf('submit', error, family.subjects);
  }
}

interface Polling extends PollOptions {
  readonly batchId: string;
}

async function poll(family: BatchFamily, { exchange }: Connection, polling: Polling): Promise<PollAnswer> {
  const { status, parameters, subjects, toAnswer } = family;
  const { batchId, externalBatchId, signal } = polling;
  try {
    const path = { ...parameters.path, batchId };
    const answer = await exchange({ ...parameters, operation: status, path, signal });
    const found = toAnswer(answer.body);
    const foreign =
      found.batchId !== batchId
        ? 'the answer is about another batchId'
        : differs(found.externalBatchId, externalBatchId)
          ? 'the provider has another batch of ours under this batchId'
          : undefined;
    return foreign === undefined
      ? found.answer
      : outcomeOf('read', aboutAnother(answer.status, foreign), subjects);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return outcomeOf('read', error, subjects);
  }
}

/** Only what both sides say can differ. */
function differs(found: string | undefined, expected: string | undefined): boolean {
  return found !== undefined && expected !== undefined && found !== expected;
}

/** A success about something else: a cache or a proxy on the way mixed answers up. */
function aboutAnother(httpStatus: number, message: string): ProviderFailure {
  return {
    httpStatus,
    reason: 'CONTRACT_BROKEN',
    message,
    origin: 'transport',
    recoverable: false,
    sent: true,
  };
}
