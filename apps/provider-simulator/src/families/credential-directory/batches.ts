import { defined } from '@enrollkit/base';
import type {
  BatchEnrollRequest,
  BatchReceipt,
  BatchResult,
  BatchStatus,
  EnrollmentData,
} from '@enrollkit/contract/credential-directory';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import type { BatchCard } from '../../world/world.ts';
import { acceptBatch } from '../shared/batches.ts';
import { correlationId, notFound, openedAs, type RequestContext } from '../shared/request-context.ts';
import { cardErrorOf, progressOf } from '../shared/results.ts';
import { directoryOf } from './directory.ts';

/** Takes a batch of credentials: 202 at once, results after the processing time. */
export function batchCredentials(context: RequestContext): Answer {
  const directoryId = directoryOf(context);
  const body = context.request.body as BatchEnrollRequest;
  const { value, bytes } = openedAs<EnrollmentData>(context.request, 'EnrollmentData');
  const { batchId } = acceptBatch(context, {
    externalBatchId: body.externalBatchId,
    srcClientId: body.srcClientId ?? '',
    serviceId: body.serviceId ?? '',
    directoryId,
    plaintext: bytes,
    cards: value.consumers.flatMap(({ externalConsumerId, consumer, credentials }) =>
      credentials.map((credential) => ({
        directoryId,
        externalConsumerId,
        externalCardId: credential.externalCredentialId,
        consumer,
        card: credential,
      })),
    ),
    cardIdName: 'externalCredentialId',
  });
  const receipt: BatchReceipt = {
    batchId,
    externalBatchId: body.externalBatchId,
    srcCorrelationId: correlationId(body.srcCorrelationId),
  };
  return jsonAnswer(202, receipt);
}

/** Answers a batch's state and its credentials' results. */
export function batchStatus(context: RequestContext): Answer {
  const directoryId = directoryOf(context);
  const batch = context.world.batchById(context.request.parameters['batchId'] ?? '');
  if (batch === undefined || batch.directoryId !== directoryId || batch.at > context.asOf)
    throw notFound('batchId');
  const { state, errorMessage, done } = progressOf(context, batch);
  const status = defined<BatchStatus>({
    batchId: batch.batchId,
    externalBatchId: batch.externalBatchId,
    batchStatus: state,
    errorMessage,
    results: state === 'FAILED' ? undefined : done.map(resultOf),
  });
  return jsonAnswer(200, status);
}

function resultOf({ row }: BatchCard): BatchResult {
  const key = { externalConsumerId: row.c, externalCredentialId: row.k };
  return row.no === undefined
    ? { ...key, status: 'SUCCESSFUL' }
    : { ...key, status: 'FAILED', error: cardErrorOf(row.no) };
}
