import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { defaultServerConditions } from 'vite';

const long = process.env['ENROLLKIT_TESTS'] === 'long';

/**
 * For projects whose tests leave no trace in a module: the files that a worker runs share what they import.
 * Loading it anew for each file is a quarter to a third of these projects' CPU.
 */
export const sharedModules = { isolate: false } as const;

/**
 * The one vitest configuration every project shares: tests run the TypeScript sources of all
 * workspace packages directly, so no build stands between an edit and its test.
 */
export function project(root: string, overrides: ViteUserConfig['test'] = {}): ViteUserConfig {
  const conditions = ['@enrollkit/source', ...defaultServerConditions];
  return defineConfig({
    root,
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name: root.split('/').at(-1) ?? root,
      // Long loops (kills, schedules, fuzz, many hosts) have files of their own: `npm run test:all` runs them
      // as well.
      include: long ? ['test/**/*.long.test.ts'] : ['src/**/*.test.ts', 'test/**/*.test.ts'],
      exclude: long ? [] : ['**/*.long.test.ts'],
      passWithNoTests: true,
      // Threads and processes that a test starts run the sources too.
      execArgv: ['--conditions=@enrollkit/source'],
      // Tests start the command some hundred times: without this, each start compiles all sources anew, for a
      // second of CPU.
      env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.work', 'compile-cache') },
      testTimeout: 60_000,
      hookTimeout: 60_000,
      ...overrides,
    },
  });
}
