import { project } from '../../../vitest.shared.ts';

/**
 * The consumer contracts. Their own project, for two reasons: in vitest's usual pool of processes the Pact
 * library loses interactions without a word, in threads it does not; and the folder of pacts is made anew by
 * each run.
 */
export default project(import.meta.dirname, {
  name: 'client-pact',
  include: ['*.pact.test.ts'],
  pool: 'threads',
  isolate: false,
  globalSetup: ['./setup.ts'],
  env: { PACT_DO_NOT_TRACK: 'true' },
});
