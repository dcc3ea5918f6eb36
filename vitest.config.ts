import { defineConfig } from 'vitest/config';

/** Results of the long loops stand beside those of `npm test`: CI counts both. */
const results = process.env['ENROLLKIT_TESTS'] === 'long' ? 'long-test-results' : 'test-results';

export default defineConfig({
  test: {
    projects: ['apps/*', 'libs/*', 'libs/client/pact', 'apps/console/pact', 'tools/*'],
    // Most tests wait for processes, disks and sockets: one more worker than two cores keeps both busy.
    maxWorkers: 3,
    reporters: ['default', ['json', { outputFile: `.work/${results}.json` }]],
  },
});
