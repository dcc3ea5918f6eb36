import { defined } from '@enrollkit/base';
import type {
  BatchEnrollRequest,
  BatchReceipt,
  EnrollmentData,
} from '@enrollkit/contract/click-to-pay-enrollment';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import { acceptBatch } from '../shared/batches.ts';
import { checkProgramme } from '../shared/programmes.ts';
import { correlationId, openedAs, type RequestContext } from '../shared/request-context.ts';

/** Takes a batch: 202 at once, results after the processing time. */
export const enrollBatch = (context: RequestContext): Answer => takeBatch(context);

/** Takes a batch whose cards wait in the pre-provisioning database: none is enabled in the directory. */
export const enrollBatchForPreProvisioning = (context: RequestContext): Answer =>
  takeBatch(context, { preProvisioned: true });

function takeBatch(context: RequestContext, kind: { readonly preProvisioned?: true } = {}): Answer {
  const body = context.request.body as BatchEnrollRequest;
  const { value, bytes } = openedAs<EnrollmentData>(context.request, 'EnrollmentData');
  checkProgramme(context, body, 'BODY');
  const { batchId } = acceptBatch(context, {
    externalBatchId: body.externalBatchId,
    srcClientId: body.srcClientId,
    serviceId: body.serviceId,
    plaintext: bytes,
    cards: value.consumers.flatMap(({ externalConsumerId, consumer, cards }) =>
      cards.map((card) => ({ externalConsumerId, externalCardId: card.externalCardId, consumer, card })),
    ),
    cardIdName: 'externalCardId',
    ...kind,
  });
  const receipt = defined<BatchReceipt>({
    batchId,
    externalBatchId: body.externalBatchId,
    srcCorrelationId: correlationId(body.srcCorrelationId),
  });
  return jsonAnswer(202, receipt);
}
