import { project, sharedModules } from '../../vitest.shared.ts';

export default project(import.meta.dirname, {
  ...sharedModules,
  env: { PACT_DO_NOT_TRACK: 'true' },
});
