import { pactFolder } from './pact-folder.ts';

export const { setup, teardown } = pactFolder({
  tests: import.meta.dirname,
  workspace: '@enrollkit/client',
});
