import { project, sharedModules } from '../../vitest.shared.ts';

export default project(import.meta.dirname, {
  ...sharedModules,
  setupFiles: ['test/open-files.ts'],
});
