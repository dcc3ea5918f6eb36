import { operations, type BatchEnrollRequest, type BatchReceipt, type BatchStatus } from '@enrollkit/contract/click-to-pay-enrollment';
import type { BatchAnswer, BatchDraft, Provider, SealedBody, Submission } from '@enrollkit/enrollment';
import type { Exchange } from '../exchange.ts';
import type { PlainView } from '../operation-types.ts';
import { ProviderError } from '../provider-error.ts';
import { sealedBytes } from '../request-body.ts';
import { outcomeOf, type SubjectFields } from '../retry.ts';
import type { ClickToPayConfig } from './config.ts';
import { connect } from './connect.ts';
import { toBatchAnswer } from './to-domain.ts';
import { toEnrollmentData } from './to-wire.ts';

/** The fields by which the provider's errors name what they are about. */
const subjects: SubjectFields = {
  batch: ['externalBatchId', 'batchId'] satisfies (keyof BatchReceipt)[],
  programme: ['srcClientId', 'serviceId'] satisfies (keyof BatchEnrollRequest)[],
};

/**
 * The enrollment API as the pipeline's provider: batches only, one attempt a call.
 *
 * `seal` throws `ContractViolationError` when a record does not fit the contract; `submit` and `ask` throw only the
 * reason of an aborted signal. Throws `BaseUrlError` when the configuration cannot be used.
 */
export function clickToPayEnrollment(config: ClickToPayConfig): Provider {
  const { exchange, transport } = connect(config);
  return {
    seal: (draft) => seal(draft, config),
    submit: (body, signal) => submit(exchange, body, signal),
    ask: (providerBatchId, signal) => ask(exchange, { batchId: providerBatchId, config }, signal),
    close: () => transport.close(),
  };
}

async function seal(draft: BatchDraft, { srcClientId, serviceId, encryptionKey }: ClickToPayConfig): Promise<SealedBody> {
  const { externalBatchId } = draft;
  const key = await encryptionKey();
  const request: PlainView<BatchEnrollRequest> = { srcClientId, serviceId, externalBatchId, encryptedEnrollmentData: toEnrollmentData(draft) };
  const bytes = await sealedBytes(operations.enrollBatch, request, () => Promise.resolve(key));
  return { externalBatchId, bytes, kid: key.kid };
}

async function submit(exchange: Exchange, { bytes, externalBatchId }: SealedBody, signal?: AbortSignal): Promise<Submission> {
  try {
    const { body, status } = await exchange({ operation: operations.enrollBatch, bytes, signal });
    const receipt = body as BatchReceipt;
    if (receipt.externalBatchId !== externalBatchId) throw foreign(status, 'the receipt is for another externalBatchId');
    return { kind: 'accepted', providerBatchId: receipt.batchId };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return outcomeOf('submit', error, subjects);
  }
}

interface Asking {
  readonly batchId: string;
  readonly config: ClickToPayConfig;
}

async function ask(exchange: Exchange, { batchId, config }: Asking, signal?: AbortSignal): Promise<BatchAnswer> {
  const { srcClientId, serviceId } = config;
  try {
    const { body, status } = await exchange({ operation: operations.getBatchStatus, path: { batchId }, query: { srcClientId, serviceId }, signal });
    const answer = body as BatchStatus;
    if (answer.batchId !== batchId) throw foreign(status, 'the answer is about another batchId');
    return toBatchAnswer(answer);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return outcomeOf('ask', error, subjects);
  }
}

/** A success about something else: a cache or a proxy between us mixed answers up. */
function foreign(httpStatus: number, message: string): ProviderError {
  return new ProviderError({ httpStatus, reason: 'CONTRACT_BROKEN', message, origin: 'transport', recoverable: false, sent: true });
}
