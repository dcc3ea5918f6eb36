import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { describe, expect, onTestFinished, test } from 'vitest';

import { goodPact } from '../verify/pacts.ts';
import { workspace } from '../workspace.ts';

/**
 * The program that the official Pact CLI of npm starts: it is started here without its wrapper, so that it
 * can be ended.
 */
function program(): string | undefined {
  const { pactFullPath } = (
    createRequire(import.meta.url)('@pact-foundation/pact-cli/src/pact-standalone') as {
      standalone: () => { readonly pactFullPath: string };
    }
  ).standalone();
  if (existsSync(pactFullPath)) return pactFullPath;
  process.stderr.write('There is no Pact CLI for this machine: tests that need it are skipped.\n');
  return undefined;
}

const pact = program() ?? '';

/** The pact in a file, served by the CLI as its provider would answer. */
async function stubbed(): Promise<{ file: string; port: string }> {
  const written = { ...goodPact(), metadata: { pactSpecification: { version: '4.0' } } };
  const file = join(workspace({ 'till-shop.json': JSON.stringify(written) }), 'till-shop.json');
  const stub = spawn(pact, ['stub', '--file', file, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => ended(stub));
  for await (const line of createInterface(stub.stdout)) {
    const [, port] = /Server started on port (\d+)/.exec(line) ?? [];
    if (port !== undefined) return { file, port };
  }
  throw new Error('the stub ended before it served');
}

async function ended(process: ChildProcess): Promise<void> {
  const exit = once(process, 'exit');
  if (process.kill()) await exit;
}

describe.skipIf(pact === '')('The official Pact CLI, as npm ships it', () => {
  test('reads a pact that this tool reads, serves its answer, and verifies that server against it', async () => {
    const { file, port } = await stubbed();
    const { path, query, headers, body } = goodPact().interactions[0]?.request ?? {};
    const answer = await fetch(
      `http://127.0.0.1:${port}${path}?${new URLSearchParams({ page: query?.page?.[0] ?? '' })}`,
      {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'x-tenant': headers?.['X-Tenant']?.[0] ?? '' },
        body: JSON.stringify(body?.content),
      },
    );
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ state: 'OPEN' })]);
    const argv = ['verifier', '--file', file, '--hostname', '127.0.0.1', '--port', port, '--no-colour'];
    const { stdout } = await promisify(execFile)(pact, argv);
    expect(stdout).toMatch(/returns a response which\s+has status code 200 \(OK\)/);
  });
});
