import { project } from '../../vitest.shared.ts';

export default project(import.meta.dirname, { globalSetup: ['./test/console-build.ts'] });
