import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['apps/*', 'libs/*', 'libs/client/pact', 'tools/*'],
    reporters: ['default', ['json', { outputFile: '.work/test-results.json' }]],
  },
});
