import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const watching = ['--import', join(import.meta.dirname, 'loaded-files.mjs')];

async function filesLoadedBy(harness: Harness, ...argv: string[]): Promise<readonly string[]> {
  const { code, err } = await harness.startIn({ node: watching }, ...argv).ended;
  expect(code).toBe(0);
  return JSON.parse(err.trim().split('\n').at(-1) ?? '') as readonly string[];
}

it('help loads none of what commands work with, and status neither schema, query builder, client nor pipeline', async () => {
  const harness = await Harness.open();
  onTestFinished(() => harness.close());
  await harness.call('run', harness.write('in.csv', cardholders(1)));
  const help = await filesLoadedBy(harness, '--help');
  const status = await filesLoadedBy(harness, 'status');
  const heavy =
    /node_modules\/(zod|kysely|undici|jose|libphonenumber-js|csv-parse)\/|\/libs\/(client|pipeline)\//;
  expect(help.filter((file) => heavy.test(file) || /\/yaml\/|\/commands\//.test(file))).toEqual([]);
  expect(status.filter((file) => heavy.test(file))).toEqual([]);
  expect(help.length).toBeLessThan(60);
  expect(status.length).toBeLessThan(200);
});
