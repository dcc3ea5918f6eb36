import {
  audit,
  batchDetail,
  batches,
  contractFindings,
  history,
  intake,
  overview,
  problem,
  records,
  refusals,
  rejectionCounts,
  rejections,
  timeline,
  unknownBatch,
} from './examples.ts';
import { interaction, reading, type State } from './interaction.ts';

const signedIn: State = 'somebody is signed in as operator';
const settled: State = 'an intake was settled, with refusals and rejections';
const unknown: State = 'a batch is in state unknown';

const intakePath = '/intakes/${intakeId=intake-1}';
const batchPath = `${intakePath}/batches/\${batchId=1}`;
const place = { intakeId: 'intake-1', batchId: 1 };

reading({
  description: 'the overview',
  operationId: 'getOverview',
  given: signedIn,
  path: '/overview',
  answer: overview,
  call: (api) => api.overview(),
});
reading({
  description: 'all intakes that are settled',
  operationId: 'listIntakes',
  given: settled,
  path: '/intakes',
  query: { state: 'settled', limit: '200' },
  answer: { items: [intake] },
  call: (api) => api.intakes({ state: 'settled', limit: 200 }),
});
reading({
  description: 'one intake',
  operationId: 'getIntake',
  given: settled,
  path: intakePath,
  answer: intake,
  call: (api) => api.intake('intake-1'),
});
interaction({
  description: 'an intake that is not there',
  operationId: 'getIntake',
  given: signedIn,
  method: 'GET',
  path: '/intakes/nowhere',
  status: 404,
  answer: problem(404, 'not-found'),
  call: (api) => api.intake('nowhere'),
  fails: { status: 404 },
});
reading({
  description: 'outcomes over time',
  operationId: 'getTimeline',
  given: settled,
  path: `${intakePath}/timeline`,
  answer: timeline,
  call: (api) => api.timeline('intake-1'),
});
reading({
  description: 'batches of an intake',
  operationId: 'listBatches',
  given: settled,
  path: `${intakePath}/batches`,
  query: { state: 'settled' },
  answer: batches,
  call: (api) => api.batches('intake-1', { state: 'settled' }),
});
reading({
  description: 'one batch',
  operationId: 'getBatch',
  given: settled,
  path: batchPath,
  answer: batchDetail,
  call: (api) => api.batch(place),
});
reading({
  description: 'records that were refused',
  operationId: 'listRecords',
  given: settled,
  path: `${intakePath}/records`,
  query: { state: 'refused' },
  answer: records,
  call: (api) => api.records('intake-1', { state: 'refused' }),
});
reading({
  description: 'refusals by code',
  operationId: 'countRefusals',
  given: settled,
  path: `${intakePath}/refusals`,
  answer: refusals,
  call: (api) => api.refusals('intake-1'),
});
reading({
  description: 'rejected rows',
  operationId: 'listRejections',
  given: settled,
  path: `${intakePath}/rejections`,
  answer: rejections,
  call: (api) => api.rejections('intake-1', {}),
});
reading({
  description: 'rejections by code',
  operationId: 'countRejections',
  given: settled,
  path: `${intakePath}/rejections/counts`,
  answer: rejectionCounts,
  call: (api) => api.rejectionCounts('intake-1'),
});
reading({
  description: 'batches that wait for a decision',
  operationId: 'listUnknownBatches',
  given: unknown,
  path: '/unknown-batches',
  answer: { items: [unknownBatch] },
  call: (api) => api.unknownBatches({}),
});
reading({
  description: 'the audit trail',
  operationId: 'listAuditEvents',
  given: settled,
  path: '/audit',
  query: { limit: '8' },
  answer: audit,
  call: (api) => api.audit({ limit: 8 }),
});
reading({
  description: 'what the comparison of contracts found',
  operationId: 'getContractFindings',
  given: signedIn,
  path: '/contract',
  answer: contractFindings,
  call: (api) => api.contractFindings(),
});
interaction({
  description: 'the history of a cardholder',
  operationId: 'lookUpCardholder',
  given: settled,
  method: 'POST',
  path: '/register/look-up',
  body: { externalConsumerId: 'consumer-1' },
  status: 200,
  answer: history,
  call: (api) => api.lookUp({ externalConsumerId: 'consumer-1' }),
});
