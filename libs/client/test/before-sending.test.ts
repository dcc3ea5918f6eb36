import { createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { SigningError } from '@enrollkit/signing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AttemptAborted } from '../src/transport/attempt.ts';
import { answering, rawServer } from './raw-server.ts';
import { failureOf, post, transport } from './wires.ts';

describe('an attempt of which no byte was sent', () => {
  async function closedPort(): Promise<number> {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    return port;
  }

  test('ends when the connection is refused', async () => {
    const error = await failureOf(transport().send(post(`http://127.0.0.1:${await closedPort()}`)));
    expect(error).toMatchObject({
      reason: 'CONNECT_FAILED',
      sent: false,
      httpStatus: 0,
      cause: { code: 'ECONNREFUSED' },
    });
  });

  test('ends when the name is unknown', async () => {
    const error = await failureOf(transport().send(post('http://provider.invalid/')));
    expect(error).toMatchObject({ reason: 'CONNECT_FAILED', sent: false });
    expect(error.cause).toMatchObject({ code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) });
  });

  test('ends at the time-out of a handshake that never ends', async () => {
    const mute = createTcpServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    onTestFinished(() => void mute.close());
    const { port } = mute.address() as { port: number };
    const error = await failureOf(
      transport({ connectTimeoutMs: 100 }).send(post(`https://127.0.0.1:${port}`)),
    );
    expect(error).toMatchObject({
      reason: 'CONNECT_FAILED',
      sent: false,
      cause: { code: 'UND_ERR_CONNECT_TIMEOUT' },
    });
  });

  test('ends at the deadline while it waits for a connection, and never arrives later', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const server = await rawServer(async (response) => {
      await released;
      response.end('{}');
    });
    const wire = transport({ connections: 1 });
    const deadline = AbortSignal.timeout(1000);
    const first = failureOf(wire.send(post(`${server.url}/first`, { deadline })));
    const second = await failureOf(wire.send(post(`${server.url}/second`, { deadline })));
    expect(second).toMatchObject({ reason: 'TIMEOUT', sent: false });
    expect(await first).toMatchObject({ reason: 'TIMEOUT', sent: true });
    release();
    await wire.send(post(`${server.url}/third`));
    expect(server.arrivals.map(({ url }) => url)).toEqual(['/first', '/third']);
  });

  test('ends at the deadline of an authenticator that never answers', async () => {
    const server = await rawServer(answering(200, '{}'));
    const wire = transport({ deadlineMs: 50 }, { authenticate: () => new Promise(() => {}) });
    expect(await failureOf(wire.send(post(server.url)))).toMatchObject({ reason: 'TIMEOUT', sent: false });
    expect(server.arrivals).toHaveLength(0);
  });

  test.each([
    [
      'a key that fails',
      new SigningError({ code: 'key-failed', message: 'the HSM said no', hint: 'Ask it.' }),
      { recoverable: false, message: 'the HSM said no' },
    ],
    [
      'a token server that is away',
      new SigningError({ code: 'token-unavailable', message: 'HTTP 502', hint: 'Wait.' }),
      { recoverable: true },
    ],
    [
      'a defect',
      new TypeError('cannot read 5186001700009726'),
      { recoverable: false, message: 'the authenticator failed' },
    ],
  ])('ends when the authenticator throws %s', async (_name, thrown, expected) => {
    const server = await rawServer(answering(200, '{}'));
    const error = await failureOf(
      transport({}, { authenticate: () => Promise.reject(thrown) }).send(post(server.url)),
    );
    expect(error).toMatchObject({ reason: 'NOT_AUTHENTICATED', sent: false, ...expected });
    expect(inspect(error, { depth: null })).not.toContain('5186001700009726');
    expect(server.arrivals).toHaveLength(0);
  });

  test('ends when its signal has aborted already', async () => {
    const server = await rawServer(answering(200, '{}'));
    await expect(
      transport().send(post(server.url, { signal: AbortSignal.abort(new Error('too late')) })),
    ).rejects.toEqual(new AttemptAborted(false, new Error('too late')));
    expect(server.arrivals).toHaveLength(0);
  });
});
