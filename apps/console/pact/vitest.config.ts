import { project } from '../../../vitest.shared.ts';

/**
 * What the console asks of the runner, as pacts. Threads, since in processes the Pact library loses
 * interactions.
 */
export default project(import.meta.dirname, {
  name: 'console-pact',
  include: ['*.pact.test.ts'],
  pool: 'threads',
  isolate: false,
  globalSetup: ['./setup.ts'],
  env: { PACT_DO_NOT_TRACK: 'true' },
});
