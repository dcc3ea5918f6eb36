import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { commands } from '../src/commands/index.ts';
import { exitCodes } from '../src/exit-codes.ts';
import { gate, shopFiles, workspace } from './workspace.ts';

const main = join(import.meta.dirname, '../src/main.ts');

describe('the command line', () => {
  test('explains itself', async () => {
    const { code, out } = await gate('.', '--help');
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test('says its version, and keeps the option of that name for the commands that have one', async () => {
    expect(await gate('.', '--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect((await gate('.', 'record', 'pacts')).err).toContain("required option '--version");
  });

  test.each([
    [['lintt'], 'unknown command'],
    [['lint', '--format', 'xml'], 'Allowed choices are text, json'],
    [['view'], "missing required argument 'spec'"],
    [['generate', '--nothing'], 'unknown option'],
  ])('refuses %j', async (argv, said) => {
    const { code, out, err } = await gate('.', ...argv);
    expect([code, out]).toEqual([exitCodes.usage, '']);
    expect(err).toContain(said);
  });

  test('ends the process with the code of the table, results on one stream and complaints on the other', () => {
    const cwd = workspace({ ...shopFiles(), 'generated/x.ts': '' });
    const run = (...argv: string[]): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, ['--conditions=@enrollkit/source', main, ...argv], {
        cwd,
        encoding: 'utf8',
      });
    const view = run('view', 'specs/shop/openapi.yaml');
    expect([view.status, view.stderr]).toEqual([0, '']);
    expect(view.stdout).toMatch(/^openapi: 3\.1\.0\n/);
    const check = run('generate', '--check', '--out', 'generated');
    expect([check.status, check.stdout]).toEqual([1, '']);
    expect(run('view', 'nothing.yaml')).toMatchObject({
      status: 3,
      stdout: '',
      stderr: expect.stringMatching(/^error: cannot read the spec nothing\.yaml\nhint: /),
    });
  });
});
