import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, waitFor } from '@enrollkit/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { runCommand } from '../src/command.ts';
import type { Simulator } from '../src/index.ts';
import { enroll, people, receiptOf } from './test-client.ts';
import { client } from './start.ts';

const main = new URL('../src/main.ts', import.meta.url).pathname;
const children: ReturnType<typeof spawn>[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(...flags: readonly string[]) {
  const child = spawn(process.execPath, ['--conditions=@enrollkit/source', main, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
  return { child, output, ended: once(child, 'close') };
}

/** What a client knows of a simulator in another process: its files. */
function fromFiles(directory: string): Simulator {
  const text = (name: string): string => readFileSync(join(directory, name), 'utf8').trim();
  return {
    url: text('api-url.txt'),
    keys: { url: text('key-set-url.txt') },
    consumerKey: text('consumer-key.txt'),
    signingKey: createPrivateKey(text('signing-key.pem')),
  } as Simulator;
}

describe('the command', () => {
  test("enrollkit-simulator writes the client's files for their owner only and takes a batch signed and sealed with them", async () => {
    using folder = temporaryFolder();
    const keys = folder.file('keys');
    const { child, output, ended } = run('--keys', keys, '--processing', '0');
    await waitFor('the simulator to listen', () => output.out.includes('client files'));
    expect(output.out).toMatch(/api +http:\/\/127\.0\.0\.1:\d+\/src\/api\/digital\/payments\n/);
    expect(output.out).not.toContain('PRIVATE KEY');
    const config = readFileSync(join(keys, 'enrollkit.yaml'), 'utf8');
    expect(config).toContain(`baseUrl: ${fromFiles(keys).url}\n`);
    expect(config).toContain('keyFile: signing-key.pem');
    for (const name of ['signing-key.pem', 'provider-keys.json', 'consumer-key.txt'])
      expect(statSync(join(keys, name)).mode & 0o777).toBe(0o600);
    expect((await enroll(fromFiles(keys), 'batch-1', people(2))).status).toBe(202);
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(output.err).toBe('');
  });

  test('enrollkit-simulator, killed and started again with the same world and keys, knows the batch and takes what was sealed before', async () => {
    using folder = temporaryFolder();
    const [keys, world] = [folder.file('keys'), folder.file('world.ndjson')];
    const first = run('--keys', keys, '--world', world);
    await waitFor('the simulator to listen', () => first.output.out.includes('client files'));
    const { consumerKey } = fromFiles(keys);
    const receipt = receiptOf(await enroll(fromFiles(keys), 'batch-1', people(2)));
    first.child.kill('SIGKILL');
    await first.ended;
    const second = run('--keys', keys, '--world', world);
    await waitFor('the simulator to listen', () => second.output.out.includes('client files'));
    expect(fromFiles(keys).consumerKey).toBe(consumerKey);
    expect(second.output.out.match(/kid +(\S+)/)?.[1]).toBe(first.output.out.match(/kid +(\S+)/)?.[1]);
    expect(receiptOf(await enroll(fromFiles(keys), 'batch-1', people(2))).batchId).toBe(receipt.batchId);
  });

  test('enrollkit-simulator takes a client with a key pair of its own', async () => {
    using folder = temporaryFolder();
    const file = folder.file('client.pem');
    writeFileSync(file, createPublicKey(client.key).export({ type: 'spki', format: 'pem' }));
    const stopping = new AbortController();
    let out = '';
    const ended = runCommand(['--consumer-key', client.consumerKey, '--client-key', file], {
      out: (text) => (out += text),
      err: () => undefined,
      stop: stopping.signal,
    });
    await waitFor('the simulator to listen', () => out.includes('consumer key'));
    const origin = out.match(/listening on +(\S+)/)?.[1];
    const simulator = {
      url: `${origin}/src/api/digital/payments`,
      keys: { url: `${origin}/keys/mcs/fpanEncryption` },
      consumerKey: client.consumerKey,
      signingKey: client.key,
    } as Simulator;
    expect((await enroll(simulator, 'batch-1', people(1))).status).toBe(202);
    stopping.abort();
    expect(await ended).toBe(0);
  });

  test('enrollkit-simulator lists faults and reserved card numbers', async () => {
    const { code, out } = await inProcess('--list');
    expect(code).toBe(0);
    expect(out).toContain('drop-answer');
    expect(out).toContain('5204739990000040     ISSUER_DECLINED');
  });

  test.each([
    [['--port', 'x'], 'whole number'],
    [['--faults', 'nonsense'], 'there is no such fault'],
    [['--on-duplicate', 'maybe'], 'Allowed choices'],
    [['--programme', 'abc'], 'SRCCLIENTID/SERVICEID'],
    [['--consumer-key', 'a!b'], 'belong together'],
    [
      [
        '--consumer-key',
        'a!b',
        '--client-key',
        import.meta.filename.replace('command.test.ts', 'test-client.ts'),
      ],
      'no public key or certificate',
    ],
    [['--world', '/nowhere/world'], '/nowhere/world'],
    [['--nonsense'], 'unknown option'],
  ])('called with %j ends with 2 and a reason', async (flags, reason) => {
    const { code, err } = await inProcess(...flags);
    expect(code).toBe(2);
    expect(err).toContain(reason);
  });
});

async function inProcess(...flags: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const output = { out: '', err: '' };
  const code = await runCommand(flags, {
    out: (text) => (output.out += text),
    err: (text) => (output.err += text),
    stop: AbortSignal.abort(),
  });
  return { code, ...output };
}
