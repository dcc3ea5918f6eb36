import { pactFolder } from '../../../libs/client/pact/pact-folder.ts';

export const { setup, teardown } = pactFolder({
  tests: import.meta.dirname,
  workspace: '@enrollkit/console',
});
