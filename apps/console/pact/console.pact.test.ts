import {
  audit,
  batchDetail,
  batches,
  contractFindings,
  history,
  intake,
  overview,
  plan,
  plannableFiles,
  problem,
  records,
  refusals,
  rejectionCounts,
  rejections,
  runner,
  session,
  signInOptions,
  timeline,
  unknownBatch,
} from './examples.ts';
import { interaction, type Interaction, type State } from './interaction.ts';

const signedIn: State = 'somebody is signed in as operator';
const settled: State = 'an intake was settled, with refusals and rejections';
const unknown: State = 'a batch is in state unknown';

const intakePath = '/intakes/${intakeId=intake-1}';
const batchPath = `${intakePath}/batches/\${batchId=1}`;
const place = { intakeId: 'intake-1', batchId: 1 };

function reading(one: Omit<Interaction, 'method' | 'status'>): void {
  interaction({ ...one, method: 'GET', status: 200 });
}

interaction({
  description: 'the ways to sign in',
  operationId: 'getSignInOptions',
  given: 'nobody is signed in',
  method: 'GET',
  path: '/session/options',
  status: 200,
  answer: signInOptions,
  call: (api) => api.signInOptions(),
});
interaction({
  description: 'a session where nobody is signed in',
  operationId: 'getSession',
  given: 'nobody is signed in',
  method: 'GET',
  path: '/session',
  status: 401,
  answer: problem(401, 'signed-out'),
  call: (api) => api.session(),
  fails: { status: 401 },
});
reading({
  description: 'the session',
  operationId: 'getSession',
  given: signedIn,
  path: '/session',
  answer: session,
  call: (api) => api.session(),
});
interaction({
  description: 'signing in with an account',
  operationId: 'signIn',
  given: 'a local account exists',
  method: 'POST',
  path: '/session/login',
  body: { userName: 'jane', password: 'a long password of jane' },
  status: 200,
  answer: session,
  call: (api) => api.signIn({ userName: 'jane', password: 'a long password of jane' }),
});
interaction({
  description: 'signing in with a wrong password',
  operationId: 'signIn',
  given: 'a local account exists',
  method: 'POST',
  path: '/session/login',
  body: { userName: 'jane', password: 'another password' },
  status: 401,
  answer: problem(401, 'sign-in-refused'),
  call: (api) => api.signIn({ userName: 'jane', password: 'another password' }),
  fails: { status: 401 },
});
interaction({
  description: 'signing in with a link that is not the printed one',
  operationId: 'redeemLink',
  given: 'a one-time link was printed',
  method: 'POST',
  path: '/session/link',
  body: { linkToken: 'another-token' },
  status: 401,
  answer: problem(401, 'link-refused'),
  call: (api) => api.redeemLink('another-token'),
  fails: { status: 401 },
});
interaction({
  description: 'signing out',
  operationId: 'signOut',
  given: signedIn,
  method: 'DELETE',
  path: '/session',
  status: 204,
  call: (api) => api.signOut(),
});

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

interaction({
  description: 'the decision that a batch arrived',
  operationId: 'resolveBatch',
  given: unknown,
  method: 'POST',
  path: `${batchPath}/resolution`,
  body: { outcome: 'sent', providerBatchId: 'B-1', reason: 'Ticket 1' },
  status: 200,
  answer: { ...batchDetail, batch: { ...batchDetail.batch, state: 'submitted' } },
  call: (api) => api.resolve(place, { outcome: 'sent', providerBatchId: 'B-1', reason: 'Ticket 1' }),
});
interaction({
  description: 'the decision that a batch did not arrive',
  operationId: 'resolveBatch',
  given: unknown,
  method: 'POST',
  path: `${batchPath}/resolution`,
  body: { outcome: 'not-sent', reason: 'Ticket 1', providerAnswer: 'It is not known here' },
  status: 200,
  answer: { ...batchDetail, batch: { ...batchDetail.batch, state: 'sealed' } },
  call: (api) =>
    api.resolve(place, { outcome: 'not-sent', reason: 'Ticket 1', providerAnswer: 'It is not known here' }),
});
interaction({
  description: 'the decision to abandon a batch',
  operationId: 'abandonBatch',
  given: unknown,
  method: 'POST',
  path: `${batchPath}/abandonment`,
  body: { reason: 'Ticket 1' },
  status: 200,
  answer: { ...batchDetail, batch: { ...batchDetail.batch, state: 'abandoned' } },
  call: (api) => api.abandon(place, { reason: 'Ticket 1' }),
});
interaction({
  description: 'an instruction to pause',
  operationId: 'instructRunner',
  given: 'a runner is at work',
  method: 'POST',
  path: '/runner/instructions',
  body: { instruction: 'pause' },
  status: 200,
  answer: { ...runner, activity: 'paused' },
  call: (api) => api.instruct({ instruction: 'pause' }),
});
interaction({
  description: 'an instruction that no runner is there to hear',
  operationId: 'instructRunner',
  given: signedIn,
  method: 'POST',
  path: '/runner/instructions',
  body: { instruction: 'resume' },
  status: 409,
  answer: problem(409, 'no-runner'),
  call: (api) => api.instruct({ instruction: 'resume' }),
  fails: { status: 409, code: 'no-runner' },
});

reading({
  description: 'files that can be planned',
  operationId: 'listPlannableFiles',
  given: 'a file is in the configured folder',
  path: '/plans/files',
  answer: plannableFiles,
  call: (api) => api.plannableFiles(),
});
interaction({
  description: 'a plan of a file of the server',
  operationId: 'planFile',
  given: 'a file is in the configured folder',
  method: 'POST',
  path: '/plans',
  body: { fileName: 'in.csv', again: false, full: false },
  status: 202,
  answer: plan,
  call: (api) => api.planFile({ fileName: 'in.csv', again: false, full: false }),
});
reading({
  description: 'a plan that is made or being made',
  operationId: 'getPlan',
  given: 'a file was planned',
  path: '/plans/${planId=p1}',
  answer: plan,
  call: (api) => api.plan('p1'),
});
interaction({
  description: 'discarding a plan',
  operationId: 'discardPlan',
  given: 'a file was planned',
  method: 'DELETE',
  path: '/plans/${planId=p1}',
  status: 204,
  call: (api) => api.discardPlan('p1'),
});
