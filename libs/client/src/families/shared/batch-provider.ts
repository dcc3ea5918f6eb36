import type { Operation } from '@enrollkit/contract';
import type { EncryptionKey, Jwe } from '@enrollkit/encryption';
import type {
  PollAnswer,
  BatchDraft,
  PartMaker,
  PartSlot,
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
import { joinedParts } from './parts.ts';
import { sealedBytes, sealedData } from './request-body.ts';

/** What one API family says about batches. Everything else is the same for all of them. */
export interface BatchFamily<Data = unknown> {
  readonly enroll: Operation;
  readonly status: Operation;
  /** Parameters of both operations that come from the configuration. */
  readonly parameters: Pick<Call, 'path' | 'query'>;
  readonly subjects: SubjectFields;
  readonly encryptionKey: (withdrawn?: string) => Promise<EncryptionKey>;
  /** The body of a batch, with its data in clear or sealed. */
  readonly toWire: (externalBatchId: string, data: Data | Jwe<Data>) => object;
  /** The data of a batch. */
  readonly toData: (draft: BatchDraft) => Data;
  /** What one record is in the data of a batch, and the address of the module that exports it. */
  readonly partOf: PartMaker;
  readonly partModule: string;
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
export function batchProvider<Data>(
  family: BatchFamily<Data>,
  one: OneCardFamily,
  connection: Connection,
): Provider & SealsOne {
  return {
    seal: (draft) => seal(family, draft),
    parts: {
      module: family.partModule,
      partOf: family.partOf,
      seal: (externalBatchId, parts) => sealParts(family, externalBatchId, parts),
    },
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

async function seal<Data>(
  { enroll, toWire, toData, encryptionKey }: BatchFamily<Data>,
  draft: BatchDraft,
): Promise<SealedBody> {
  const { externalBatchId } = draft;
  const key = await encryptionKey();
  const body = toWire(externalBatchId, toData(draft));
  const { bytes } = await sealedBytes(enroll, body, () => Promise.resolve(key));
  return { externalBatchId, bytes, kid: key.kid };
}

async function sealParts<Data>(
  { enroll, toWire, encryptionKey }: BatchFamily<Data>,
  externalBatchId: string,
  parts: readonly PartSlot[],
): Promise<SealedBody> {
  const key = await encryptionKey();
  const jwe = await sealedData<Data>(enroll, joinedParts(parts), key);
  const { bytes } = await sealedBytes(enroll, toWire(externalBatchId, jwe), () => Promise.resolve(key));
  return { externalBatchId, bytes, kid: key.kid };
}

type Submitted = Pick<BatchFamily, 'enroll' | 'parameters' | 'subjects' | 'toReceipt'>;

interface Submitting extends SubmitOptions {
  readonly body: SealedBody;
}

async function submit(
  family: Submitted,
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

type Polled = Pick<BatchFamily, 'status' | 'parameters' | 'subjects' | 'toAnswer'>;

interface Polling extends PollOptions {
  readonly batchId: string;
}

async function poll(family: Polled, { exchange }: Connection, polling: Polling): Promise<PollAnswer> {
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
