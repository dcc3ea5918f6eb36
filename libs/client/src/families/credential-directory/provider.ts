import { extname } from 'node:path';
import {
  operations,
  type BatchEnrollRequest,
  type BatchReceipt,
  type BatchStatus,
  type EnrollmentData,
} from '@enrollkit/contract/credential-directory';
import type { Jwe } from '@enrollkit/encryption';
import type { Provider, SealsOne, SingleOperations } from '@enrollkit/enrollment';
import { batchProvider } from '../shared/batch-provider.ts';
import { createCore } from '../shared/core.ts';
import type { PlainView } from '@enrollkit/contract';
import { connectDirectory, defaultsOf, subjects, type CredentialDirectoryConfig } from './config.ts';
import { partOf } from './part.ts';
import { toAnswer } from './to-domain.ts';
import { singleEnrollment, singleOperations } from './single.ts';
import { toEnrollmentData } from './to-wire.ts';

/**
 * The Credential Directory API as the pipeline's provider, and one consumer at a time: one attempt a call.
 * Throws as `clickToPayProvider` does.
 */
export function credentialDirectoryProvider(
  config: CredentialDirectoryConfig,
): Provider & SealsOne & SingleOperations {
  const { directoryId, encryptionKey } = config;
  const toWire = (
    externalBatchId: string,
    encryptedEnrollmentData: EnrollmentData | Jwe<EnrollmentData>,
  ): PlainView<BatchEnrollRequest> => ({ externalBatchId, encryptedEnrollmentData });
  const family = {
    enroll: operations.batchCredentialsInDirectory,
    status: operations.getBatchStatusInDirectory,
    parameters: { path: { directoryId } },
    subjects,
    encryptionKey,
    toWire,
    toData: toEnrollmentData,
    partOf,
    partModule: new URL(`part${extname(import.meta.url)}`, import.meta.url).href,
    toReceipt: (body: unknown) => body as BatchReceipt,
    toAnswer: (body: unknown) => toAnswer(body as BatchStatus),
  };
  const connection = connectDirectory(config);
  const core = createCore({
    ...connection,
    encryptionKey,
    defaults: defaultsOf(config),
    newCorrelationId: config.newCorrelationId,
  });
  const one = { ...family, ...singleEnrollment, defaults: defaultsOf(config) };
  return { ...batchProvider(family, one, connection), ...singleOperations({ core, subjects }) };
}
