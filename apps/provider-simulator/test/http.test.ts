import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, test } from 'vitest';
import { faults, reservedPans, type Simulator } from '../src/index.ts';
import { enroll, people } from './test-client.ts';
import { start } from './start.ts';

/** Sends bytes as they are and resolves to everything that comes back until the other side ends. */
async function raw(simulator: Simulator, bytes: string): Promise<string> {
  const { hostname, port } = new URL(simulator.origin);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

describe('server', () => {
  test('the server refuses a malformed host, and goes on', async () => {
    const simulator = await start();
    expect(
      await raw(
        simulator,
        'GET /src/api/digital/payments/cards/x HTTP/1.1\r\nHost: [::\r\nConnection: close\r\n\r\n',
      ),
    ).toContain('400 Bad Request');
    expect((await enroll(simulator, 'batch-1', people(1))).status).toBe(202);
  });

  test('the server takes an absolute request target as what was signed', async () => {
    const simulator = await start();
    const answer = await raw(
      simulator,
      `GET ${simulator.url}/cards/x HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain('INVALID_AUTH_HEADER');
  });

  test('the server goes on when a client goes away while it sends or reads the world', async () => {
    const simulator = await start();
    await enroll(simulator, 'batch-1', people(2000));
    const { hostname, port } = new URL(simulator.origin);
    const sender = connect(Number(port), hostname);
    sender.write(
      'POST /src/api/digital/payments/cards/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf',
    );
    const reader = connect(Number(port), hostname);
    reader.write('GET /__world?records=1 HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(reader, 'data');
    for (const socket of [sender, reader]) socket.destroy();
    await waitFor('an answer after that', async () => (await fetch(`${simulator.origin}/__world`)).ok);
    expect(
      (await (await fetch(`${simulator.origin}/__world?records=1`)).text()).trimEnd().split('\n'),
    ).toHaveLength(2000);
  });

  test('the server says what there is under the control paths', async () => {
    const simulator = await start();
    const answer = await fetch(`${simulator.origin}/__nothing`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ message: expect.stringContaining('GET /__world') });
  });

  test('the server closes twice without complaint', async () => {
    const simulator = await start();
    await simulator.close();
    await expect(simulator.close()).resolves.toBeUndefined();
    await expect(fetch(simulator.origin)).rejects.toThrow('fetch failed');
  });

  test('the server says so when its port is taken', async () => {
    const simulator = await start();
    await expect(start({ port: Number(new URL(simulator.origin).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

describe('README', () => {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  test('the README begins with what is not reproduced', () =>
    expect(text.match(/^## .*/m)?.[0]).toBe('## What it does not reproduce'));

  test('the README names every fault and every reserved number', () => {
    for (const name of Object.keys(faults)) expect(text).toContain(`\`${name}\``);
    for (const { pan } of reservedPans) expect(text).toContain(`\`${pan}\``);
  });
});
