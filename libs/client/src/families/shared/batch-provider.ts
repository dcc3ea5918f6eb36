import type { Operation } from '@enrollkit/contract';
import type { EncryptionKey } from '@enrollkit/encryption';
import type {
  PollAnswer,
  BatchDraft,
  PollOptions,
  Provider,
  SealedBody,
  Submission,
} from '@enrollkit/enrollment';
import type { Connection } from '../../transport/connect.ts';
import type { Call } from '../../transport/exchange.ts';
import { ProviderError } from '../../provider-error.ts';
import { sealedBytes } from './request-body.ts';
import { outcomeOf, type SubjectFields } from '../../retry.ts';

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
  /** The ids of a receipt that keeps the contract; `externalBatchId` where the contract does not promise it may be missing. */
  readonly toReceipt: (body: unknown) => { readonly batchId: string; readonly externalBatchId?: string };
  /** A batch's state that keeps the contract, and whose it is; `externalBatchId` where it is told. */
  readonly toAnswer: (body: unknown) => {
    readonly batchId: string;
    readonly externalBatchId?: string | undefined;
    readonly answer: PollAnswer;
  };
}

/** The pipeline's provider over one family: one attempt a call, every error judged by the retry table. */
export function batchProvider(family: BatchFamily, connection: Connection): Provider {
  return {
    seal: (draft) => seal(family, draft),
    // Why there is none is told by `seal`, which cannot do without.
    currentKid: (withdrawn) =>
      family.encryptionKey(withdrawn).then(
        ({ kid }) => kid,
        () => undefined,
      ),
    submit: (body, signal) => submit(family, connection, { body, signal }),
    poll: (batchId, expected = {}) => ask(family, connection, { batchId, ...expected }),
    close: () => connection.transport.close(),
  };
}

async function seal({ enroll, toWire, encryptionKey }: BatchFamily, draft: BatchDraft): Promise<SealedBody> {
  const key = await encryptionKey();
  const bytes = await sealedBytes(enroll, toWire(draft), () => Promise.resolve(key));
  return { externalBatchId: draft.externalBatchId, bytes, kid: key.kid };
}

interface Submitting {
  readonly body: SealedBody;
  readonly signal: AbortSignal | undefined;
}

async function submit(
  family: BatchFamily,
  { exchange }: Connection,
  { body, signal }: Submitting,
): Promise<Submission> {
  try {
    const answer = await exchange({
      ...family.parameters,
      operation: family.enroll,
      bytes: body.bytes,
      signal,
    });
    const { batchId, externalBatchId = body.externalBatchId } = family.toReceipt(answer.body);
    if (externalBatchId !== body.externalBatchId)
      throw foreign(answer.status, 'the receipt is for another externalBatchId');
    return { kind: 'accepted', providerBatchId: batchId };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return outcomeOf('submit', error, family.subjects);
  }
}

interface Asking extends PollOptions {
  readonly batchId: string;
}

async function ask(
  { status, parameters, subjects, toAnswer }: BatchFamily,
  { exchange }: Connection,
  { batchId, externalBatchId, signal }: Asking,
): Promise<PollAnswer> {
  try {
    const answer = await exchange({
      ...parameters,
      operation: status,
      path: { ...parameters.path, batchId },
      signal,
    });
    const told = toAnswer(answer.body);
    if (told.batchId !== batchId) throw foreign(answer.status, 'the answer is about another batchId');
    if (isAnother(told.externalBatchId, externalBatchId))
      throw foreign(answer.status, 'the provider has another batch of ours under this batchId');
    return told.answer;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return outcomeOf('poll', error, subjects);
  }
}

/** Only what both sides say can differ. */
function isAnother(told: string | undefined, expected: string | undefined): boolean {
  return told !== undefined && expected !== undefined && told !== expected;
}

/** A success about something else: a cache or a proxy between us mixed answers up. */
function foreign(httpStatus: number, message: string): ProviderError {
  return new ProviderError({
    httpStatus,
    reason: 'CONTRACT_BROKEN',
    message,
    origin: 'transport',
    recoverable: false,
    sent: true,
  });
}
