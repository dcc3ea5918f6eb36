import { batchDetail, clientDetail, e1, e2, e3 } from '../errors.ts';
import { answering } from '../raw-server.ts';
import { html, receipt, short, type Case } from './case.ts';

/** Successes, conflicts and refusals. */
export const definiteAnswers: readonly Case[] = [
  // Updates and deletes.
  { name: '404 for an update', server: answering(404, e1(404, 'NOT_FOUND', null)), change: 'refused' },
  { name: '400 for an update', server: answering(400, e1(400, 'INVALID_ARGUMENT')), change: 'refused' },
  { name: '500 for an update', server: answering(500, e1(500, 'INTERNAL')), change: 'unknown' },

  // Shapes of the platform in front of the service.
  {
    name: '401 in the shape E4',
    server: answering(401, { error: { code: 'openapi.invalid.xclient.id', message: 'm' }, reference: 'r' }),
    submit: 'denied',
    code: 'openapi.invalid.xclient.id',
  },
  {
    name: '400 INVALID_ARGUMENT wrapped as in E4',
    server: answering(400, { error: e1(400, 'INVALID_ARGUMENT') }),
    submit: 'refused',
    code: 'INVALID_ARGUMENT',
  },
  {
    name: '400 in the shape E5',
    server: answering(400, {
      code: '-32603',
      message: 'm',
      errors: [
        { source: 'Gateway', reasonCode: 'CLIENT_NOT_PROVISIONED', description: 'd', recoverable: false },
      ],
    }),
    submit: 'denied',
    code: 'CLIENT_NOT_PROVISIONED',
  },
  {
    name: '400 in the shape E6',
    server: answering(400, { errorCode: 'INVALID_REQUEST', errorDescription: 'd', responseId: 'r' }),
    submit: 'denied',
    code: 'INVALID_REQUEST',
  },
  {
    name: '400 INVALID_BODY_HASH of the gateway',
    server: answering(400, e3('INVALID_BODY_HASH')),
    submit: 'denied',
    code: 'INVALID_BODY_HASH',
  },
  {
    name: '400 with a page that asks for a client certificate',
    server: answering(
      400,
      '<html><head><title>400 No required SSL certificate was sent</title></head></html>',
    ),
    submit: 'denied',
    poll: 'denied',
    code: 'CLIENT_CERTIFICATE_REQUIRED',
  },
  {
    name: '202 nested too deep to be read',
    server: answering(202, '['.repeat(100_000)),
    submit: 'unknown',
    code: 'UNREADABLE_ANSWER',
  },

  // A success must be the contract's.
  { name: '202 with its receipt', server: answering(202, receipt), submit: 'accepted' },
  {
    name: '202 without batchId',
    server: answering(202, { externalBatchId: 'batch-1' }),
    submit: 'unknown',
    code: 'CONTRACT_BROKEN',
  },
  {
    name: '202 with an empty batchId',
    server: answering(202, { ...receipt, batchId: '' }),
    submit: 'unknown',
    code: 'CONTRACT_BROKEN',
  },
  {
    name: '202 for another externalBatchId',
    server: answering(202, { ...receipt, externalBatchId: 'batch-2' }),
    submit: 'unknown',
    code: 'CONTRACT_BROKEN',
  },
  { name: '202 with nothing', server: answering(202, ''), submit: 'unknown', code: 'EMPTY_ANSWER' },
  {
    name: '202 with half its JSON',
    server: answering(202, '{"batchId":"B'),
    submit: 'unknown',
    code: 'UNREADABLE_ANSWER',
  },
  { name: '202 with HTML', server: answering(202, html), submit: 'unknown', code: 'UNREADABLE_ANSWER' },
  { name: '202 that is cut', server: short(202, '{"batchId":'), submit: 'unknown', code: 'CONNECTION_LOST' },
  {
    name: '200 where 202 is the contract',
    server: answering(200, receipt),
    submit: 'unknown',
    code: 'UNDOCUMENTED_STATUS',
  },
  { name: '204', server: answering(204, ''), submit: 'unknown', poll: 'busy', code: 'UNDOCUMENTED_STATUS' },
  {
    name: '200 about another batch',
    server: answering(200, { batchId: 'B-2', status: 'IN_PROGRESS' }),
    poll: 'busy',
    code: 'CONTRACT_BROKEN',
  },
  {
    name: '200 without a status',
    server: answering(200, { batchId: 'B-1' }),
    poll: 'busy',
    code: 'CONTRACT_BROKEN',
  },
  {
    name: '200 with half its JSON',
    server: answering(200, '{"batchId"'),
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },

  // The id is there already.
  { name: '409 ALREADY_EXISTS', server: answering(409, e1(409, 'ALREADY_EXISTS')), submit: 'exists' },
  {
    name: '409 ALREADY_EXISTS about the batch',
    server: answering(409, e1(409, 'ALREADY_EXISTS', [batchDetail('ALREADY_EXISTS')])),
    submit: 'exists',
  },
  {
    name: '400 INVALID_STATE with the detail ALREADY_EXISTS',
    server: answering(400, e2(400, 'INVALID_STATE', [batchDetail('ALREADY_EXISTS')])),
    submit: 'exists',
  },
  {
    name: '400 with CANNOT_BE_DUPLICATE_OR_NULL',
    server: answering(400, e1(400, 'INVALID_ARGUMENT', [batchDetail('CANNOT_BE_DUPLICATE_OR_NULL')])),
    submit: 'exists',
  },
  {
    name: '409 about a card',
    server: answering(
      409,
      e1(409, 'ALREADY_EXISTS', [{ reason: 'ALREADY_EXISTS', source: 'externalCardId' }]),
    ),
    submit: 'refused',
  },
  { name: '409 of the gateway', server: answering(409, e3('RESOURCE_CONFLICT')), submit: 'unknown' },
  { name: '409 ABORTED', server: answering(409, e1(409, 'ABORTED')), submit: 'unknown' },

  // A definite no.
  {
    name: '400 INVALID_ARGUMENT (E1)',
    server: answering(400, e1(400, 'INVALID_ARGUMENT', null)),
    submit: 'refused',
    poll: 'denied',
    code: 'INVALID_ARGUMENT',
  },
  {
    name: '400 INVALID_STATE (E2)',
    server: answering(400, e2(400, 'INVALID_STATE', null)),
    submit: 'refused',
    code: 'INVALID_STATE',
  },
  {
    name: '400 INVALID_STATE, mixed spelling',
    server: answering(400, { status: 400, reason: 'INVALID_STATE', message: 'm', details: [] }),
    submit: 'refused',
  },
  {
    name: '400 with a detail of null',
    server: answering(
      400,
      e1(400, 'INVALID_ARGUMENT', [{ reason: null, source: 'card.cardholderFullName' }]),
    ),
    submit: 'refused',
  },
  {
    name: '400 about srcClientId',
    server: answering(400, e1(400, 'INVALID_STATE', [clientDetail])),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '400 about srcClientId and a card',
    server: answering(
      400,
      e1(400, 'INVALID_STATE', [clientDetail, { reason: 'INVALID_PAN', source: 'Card' }]),
    ),
    submit: 'refused',
  },
  {
    name: '400 CORRUPT_DATA',
    server: answering(400, e1(400, 'INVALID_ARGUMENT', [{ reason: 'CORRUPT_DATA' }])),
    submit: 'withdrawn',
  },
  {
    name: '400 about batchId',
    server: answering(
      400,
      e1(400, 'INVALID_ARGUMENT', [{ reason: 'INVALID_VALUE', source: 'batchId', sourceType: 'PATH' }]),
    ),
    poll: 'missing',
  },
  {
    name: '400 of the gateway',
    server: answering(400, e3('INVALID_REQUEST')),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '400 with another reason',
    server: answering(400, e1(400, 'DATA_LOSS')),
    submit: 'unknown',
    poll: 'denied',
  },
  {
    name: '400 with HTML',
    server: answering(400, html),
    submit: 'unknown',
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },
  { name: '413', server: answering(413, html), submit: 'refused' },
  {
    name: '404 NOT_FOUND',
    server: answering(404, e1(404, 'NOT_FOUND', null)),
    submit: 'denied',
    poll: 'missing',
  },
  {
    name: '404 about srcClientId',
    server: answering(404, e1(404, 'NOT_FOUND', [clientDetail])),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '404 of the gateway',
    server: answering(404, e3('RESOURCE_NOT_FOUND')),
    submit: 'denied',
    poll: 'denied',
  },
  { name: '404 with HTML', server: answering(404, html), submit: 'denied', poll: 'denied' },
];
