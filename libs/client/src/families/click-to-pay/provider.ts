import { extname } from 'node:path';
import {
  operations,
  type BatchEnrollRequest,
  type BatchReceipt,
  type BatchStatus,
  type EnrollmentData,
} from '@enrollkit/contract/click-to-pay-enrollment';
import type { Jwe } from '@enrollkit/encryption';
import type { Provider, SealsOne, SingleOperations } from '@enrollkit/enrollment';
import { batchProvider } from '../shared/batch-provider.ts';
import { createCore } from '../shared/core.ts';
import type { PlainView } from '@enrollkit/contract';
import { connectClickToPay, defaultsOf, subjects, type ClickToPayConfig } from './config.ts';
import { partOf } from './part.ts';
import { toAnswer } from './to-domain.ts';
import { singleEnrollment, singleOperations } from './single.ts';
import { toEnrollmentData } from './to-wire.ts';

/**
 * The enrollment API as the pipeline's provider, and one cardholder at a time: one attempt a call.
 *
 * `seal` throws `ContractViolationError` when a record does not fit the contract; everything else throws only
 * `RequestAbortedError`, when its signal aborts. Throws `ConfigError` when the configuration cannot be used.
 */
export function clickToPayProvider(config: ClickToPayConfig): Provider & SealsOne & SingleOperations {
  const { srcClientId, serviceId, encryptionKey } = config;
  const toWire = (
    externalBatchId: string,
    encryptedEnrollmentData: EnrollmentData | Jwe<EnrollmentData>,
  ): PlainView<BatchEnrollRequest> => ({
    srcClientId,
    serviceId,
    externalBatchId,
    encryptedEnrollmentData,
  });
  const family = {
    enroll: operations.enrollBatch,
    status: operations.getBatchStatus,
    parameters: { query: { srcClientId, serviceId } },
    subjects,
    encryptionKey,
    toWire,
    toData: toEnrollmentData,
    partOf,
    partModule: new URL(`part${extname(import.meta.url)}`, import.meta.url).href,
    toReceipt: (body: unknown) => body as BatchReceipt,
    toAnswer: (body: unknown) => toAnswer(body as BatchStatus),
  };
  const connection = connectClickToPay(config);
  const core = createCore({
    ...connection,
    encryptionKey,
    defaults: defaultsOf(config),
    newCorrelationId: config.newCorrelationId,
  });
  const one = { ...family, ...singleEnrollment(config.consents), defaults: defaultsOf(config) };
  return {
    ...batchProvider(family, one, connection),
    ...singleOperations({ core, subjects, consents: config.consents }),
  };
}
