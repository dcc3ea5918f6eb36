import { project } from '../../vitest.shared.ts';

export default project(import.meta.dirname, { env: { PACT_DO_NOT_TRACK: 'true' } });
