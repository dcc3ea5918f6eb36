import { project } from '../../vitest.shared.ts';

export default project(import.meta.dirname, {
  // The types are part of what is promised: they are tested, with the compiler the workspace uses.
  typecheck: { enabled: true, checker: 'tsgo', include: ['test/**/*.test-d.ts'] },
});
