import {
  operations,
  type BatchEnrollRequest,
  type BatchReceipt,
  type BatchStatus,
} from '@enrollkit/contract/click-to-pay-enrollment';
import type { BatchDraft, Provider } from '@enrollkit/enrollment';
import { batchProvider } from '../shared/batch-provider.ts';
import { connect } from '../../transport/connect.ts';
import type { PlainView } from '../shared/operation-types.ts';
import type { SubjectFields } from '../../retry.ts';
import { connectionOf, type ClickToPayConfig } from './config.ts';
import { toAnswer } from './to-domain.ts';
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
export function clickToPayProvider(config: ClickToPayConfig): Provider {
  const { srcClientId, serviceId, encryptionKey } = config;
  const toWire = (draft: BatchDraft): PlainView<BatchEnrollRequest> => ({
    srcClientId,
    serviceId,
    externalBatchId: draft.externalBatchId,
    encryptedEnrollmentData: toEnrollmentData(draft),
  });
  const family = {
    enroll: operations.enrollBatch,
    status: operations.getBatchStatus,
    parameters: { query: { srcClientId, serviceId } },
    subjects,
    encryptionKey,
    toWire,
    toReceipt: (body: unknown) => body as BatchReceipt,
    toAnswer: (body: unknown) => toAnswer(body as BatchStatus),
  };
  return batchProvider(family, connect(connectionOf(config)));
}
