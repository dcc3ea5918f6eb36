import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

import { gate, workspace } from '../workspace.ts';

const root = join(import.meta.dirname, '../../../..');
const main = join(root, 'tools/contract-gate/src/main.ts');

const pactOf = (status: number): string =>
  JSON.stringify({
    consumer: { name: 'till' },
    provider: { name: 'shop' },
    interactions: [
      {
        type: 'Synchronous/HTTP',
        description: 'an order',
        request: { method: 'GET', path: '/orders' },
        response: { status },
      },
    ],
    metadata: { pactSpecification: { version: '4.0' } },
  });

/** The broker, started as a person starts it; stopped when the test ends. */
async function broker(cwd: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=@enrollkit/source', main, 'broker', '--port', '0'],
    { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', () => reject(new Error('the broker ended')));
    child.stdout?.once('data', (data: Buffer) => resolve(/http:\S+/.exec(data.toString())?.[0] ?? ''));
  });
}

/** The official Pact CLI. */
async function pact(cwd: string, ...argv: readonly string[]): Promise<{ code: number; said: string }> {
  const env = { ...process.env, PACT_DO_NOT_TRACK: 'true' };
  return promisify(execFile)(join(root, 'node_modules/.bin/pact'), [...argv], { cwd, env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

/** A provider that answers everything with 200. */
async function provider(): Promise<number> {
  const server = createServer((_, response) => response.writeHead(200).end());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('the official Pact CLI publishes, verifies, records deployments and gets its answers', async () => {
  const cwd = workspace({ 'pacts/till-shop.json': pactOf(200), 'other/till-shop.json': pactOf(418) });
  const url = await broker(cwd);
  const port = await provider();
  const cli = (...argv: readonly string[]) => pact(cwd, 'broker', ...argv, '--broker-base-url', url);
  const mayDeploy = (version: string) =>
    cli('can-i-deploy', '--pacticipant', 'till', '--version', version, '--to-environment', 'production');
  const verify = (version: string) =>
    pact(
      cwd,
      'verifier',
      '--hostname',
      '127.0.0.1',
      '--port',
      String(port),
      '--broker-url',
      url,
      '--provider-name',
      'shop',
      '--publish',
      '--provider-version',
      version,
    );

  expect(await mayDeploy('1')).toMatchObject({ code: 1 });
  expect(await cli('publish', 'pacts/till-shop.json', '--consumer-app-version', '1')).toMatchObject({
    code: 0,
    said: expect.stringContaining('the pact of till 1 with shop is in the matrix'),
  });
  expect(
    await cli('record-deployment', '--pacticipant', 'shop', '--version', '7', '--environment', 'production'),
  ).toMatchObject({ code: 0 });
  expect(await mayDeploy('1')).toMatchObject({ code: 1, said: expect.stringContaining('nobody verified') });
  expect(await verify('7')).toMatchObject({ code: 0 });
  expect(await mayDeploy('1')).toMatchObject({
    code: 0,
    said: expect.stringContaining('all that would meet is verified'),
  });

  expect(await cli('publish', 'other/till-shop.json', '--consumer-app-version', '2')).toMatchObject({
    code: 0,
  });
  expect((await verify('7')).code).not.toBe(0);
  expect(await mayDeploy('2')).toMatchObject({
    code: 1,
    said: expect.stringContaining('do not go together'),
  });
  expect((await cli('publish', 'other/till-shop.json', '--consumer-app-version', '1')).code).not.toBe(0);

  // The same matrix, asked without a server.
  const asked = (version: string) =>
    gate(cwd, 'can-i-deploy', '--participant', 'till', '--version', version, '--environment', 'production');
  expect(await asked('1')).toMatchObject({
    code: 0,
    out: expect.stringContaining('yes: till 1 to production'),
  });
  expect(await asked('2')).toMatchObject({
    code: 1,
    out: expect.stringContaining('no: till 2 to production'),
  });
}, 90_000);

test('the broker asks for its token, bounds what it reads, and opens to no other machine without one', async () => {
  const cwd = workspace({});
  const url = await broker(cwd, { CONTRACT_GATE_BROKER_TOKEN: 'open sesame' });
  expect((await fetch(url)).status).toBe(401);
  const headers = { authorization: 'Bearer open sesame' };
  expect((await fetch(url, { headers })).status).toBe(200);
  expect((await fetch(`${url}/nothing`, { headers })).status).toBe(404);
  expect((await fetch(`${url}/contracts/publish`, { method: 'POST', headers, body: '{' })).status).toBe(400);
  expect(
    (await fetch(`${url}/contracts/publish`, { method: 'POST', headers, body: 'x'.repeat(17 * 2 ** 20) }))
      .status,
  ).toBe(400);
  expect(await gate(cwd, 'broker', '--host', '0.0.0.0')).toMatchObject({
    code: 2,
    err: expect.stringContaining('CONTRACT_GATE_BROKER_TOKEN'),
  });
});
