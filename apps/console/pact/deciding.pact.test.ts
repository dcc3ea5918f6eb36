import { batchDetail, plan, plannableFiles, problem, runner, session, signInOptions } from './examples.ts';
import { interaction, reading, type State } from './interaction.ts';

const signedIn: State = 'somebody is signed in as operator';
const unknown: State = 'a batch is in state unknown';

const batchPath = '/intakes/${intakeId=intake-1}/batches/${batchId=1}';
const place = { intakeId: 'intake-1', batchId: 1 };

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
