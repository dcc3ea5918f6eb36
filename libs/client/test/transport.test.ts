import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { SigningError, type Authenticator } from '@enrollkit/signing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { judge, ProviderError } from '../src/index.ts';
import { AttemptAborted, AttemptFailure } from '../src/transport/attempt.ts';
import type { TransportOptions } from '../src/transport/options.ts';
import { createTransport } from '../src/transport/transport.ts';
import type { WireRequest } from '../src/transport/wire.ts';
import { answering, rawServer, type Behaviour } from './raw-server.ts';

const pem = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');
const unsigned: Authenticator = { authenticate: () => Promise.resolve({}) };

function transport(options: TransportOptions = {}, authenticator = unsigned) {
  const wire = createTransport(authenticator, options);
  onTestFinished(() => wire.close());
  return wire;
}

const post = (url: string, more: Partial<WireRequest> = {}): WireRequest => ({
  method: 'POST',
  url: new URL(url),
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"a":1}'),
  ...more,
});

async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(
    () => expect.unreachable('it should have failed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AttemptFailure)) throw new Error('not the failure of an attempt', { cause: error });
  const place = { operationId: 'enrollBatch', method: 'POST', url: 'https://api.example' };
  return new ProviderError(
    error.failure,
    judge('submit', error.failure, { batch: [], programme: [] }),
    place,
  );
}

describe('one attempt', () => {
  test('signs and sends exactly the bytes and the URL given', async () => {
    const server = await rawServer(answering(200, '{}'));
    const signed: unknown[] = [];
    const wire = transport(
      {},
      {
        authenticate: ({ method, url, body }) => {
          signed.push({ method, url: url.href, body });
          return Promise.resolve({ authorization: 'OAuth proof' });
        },
      },
    );
    const body = Buffer.from([0x7b, 0x22, 0xc3, 0xa9, 0x22, 0x3a, 0x31, 0x7d]);
    const url = `${server.url}/cards/batch?serviceId=A%23B&x=%2F`;
    await wire.send(post(url, { body }));
    expect(signed).toEqual([{ method: 'POST', url, body }]);
    expect(server.arrivals).toMatchObject([
      {
        method: 'POST',
        url: '/cards/batch?serviceId=A%23B&x=%2F',
        headers: { authorization: 'OAuth proof', 'content-length': '8' },
      },
    ]);
    expect(server.arrivals[0]?.body.equals(body)).toBe(true);
  });

  test('is signed anew each time', async () => {
    const server = await rawServer(answering(200, '{}'));
    let nonce = 0;
    const wire = transport(
      {},
      { authenticate: () => Promise.resolve({ authorization: `n${(nonce += 1)}` }) },
    );
    await wire.send(post(server.url));
    await wire.send(post(server.url));
    expect(server.arrivals.map((arrival) => arrival.headers.authorization)).toEqual(['n1', 'n2']);
  });

  test('is proved once more when the refusal taught something new', async () => {
    let round = 0;
    const server = await rawServer((response) => {
      round += 1;
      response.writeHead(round === 1 ? 401 : 200, { 'dpop-nonce': `n${round}` }).end('{}');
    });
    let nonce: string | null = 'none';
    const wire = transport(
      {},
      {
        authenticate: () => Promise.resolve({ authorization: `with ${nonce}` }),
        learn: ({ headers }) => {
          nonce = headers.get('dpop-nonce');
          return true;
        },
      },
    );
    expect((await wire.send(post(server.url))).status).toBe(200);
    expect(server.arrivals.map((arrival) => arrival.headers.authorization)).toEqual(['with none', 'with n1']);
  });

  test.each([421, 401, 407, 408, 429, 503])('is one request, also when the answer is %i', async (status) => {
    const server = await rawServer(answering(status, '{}'));
    const answer = await transport().send(post(server.url));
    expect(answer.status).toBe(status);
    expect(server.arrivals).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])('follows no %i', async (status) => {
    const other = await rawServer(answering(200, '{}'));
    const server = await rawServer(answering(status, '', { location: `${other.url}/elsewhere` }));
    const answer = await transport().send(post(server.url));
    expect(answer.status).toBe(status);
    expect(other.arrivals).toHaveLength(0);
  });

  test('hands over a large answer whole', async () => {
    const body = 'x'.repeat(3_000_000);
    const server = await rawServer(answering(200, body));
    const answer = await transport().send(post(server.url));
    expect(Buffer.from(answer.body).toString()).toBe(body);
  });

  test('keeps its connection for the next', async () => {
    const server = await rawServer(answering(200, '{}'));
    const wire = transport({ connections: 1 });
    for (let round = 0; round < 5; round += 1) await wire.send(post(server.url));
    expect(server.connections()).toBe(1);
  });

  test('opens no more connections than allowed, and all requests are served', async () => {
    let open = 0;
    let most = 0;
    const server = await rawServer(async (response) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise(setImmediate);
      open -= 1;
      response.end('{}');
    });
    const wire = transport({ connections: 3 });
    await Promise.all(Array.from({ length: 30 }, () => wire.send(post(server.url))));
    expect(server.arrivals).toHaveLength(30);
    expect(server.connections()).toBe(3);
    expect(most).toBeLessThanOrEqual(3);
  });
});

const silent: Behaviour = () => {};
const cut: Behaviour = (_response, _arrival, socket) => void socket.destroy();
const reset: Behaviour = (_response, _arrival, socket) => void socket.resetAndDestroy();
const half: Behaviour = (response, _arrival, socket) => {
  response.writeHead(202, { 'content-length': '100' });
  response.write('{"batchId":', () => socket.destroy());
};
const stalls: Behaviour = (response) => {
  response.writeHead(202, { 'content-length': '100' });
  response.write('{"batchId":');
};
const drips: Behaviour = (response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
};
const endless: Behaviour = (response) => {
  response.writeHead(200);
  const more = () => {
    while (response.writable && response.write(Buffer.alloc(65_536))) continue;
  };
  response.on('drain', more);
  more();
};
const noHttp: Behaviour = (_response, _arrival, socket) => void socket.end('220 mail.example.com ESMTP\r\n');
const hugeHeaders: Behaviour = (_response, _arrival, socket) =>
  void socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`);

interface Mishap {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly options?: TransportOptions;
  readonly ends: Partial<ProviderError>;
}

describe('after the request was sent', () => {
  test.each<Mishap>([
    {
      name: 'no answer in time',
      behaviour: silent,
      options: { headersTimeoutMs: 60 },
      ends: { reason: 'TIMEOUT', httpStatus: 0 },
    },
    {
      name: 'no answer before the deadline',
      behaviour: silent,
      options: { deadlineMs: 60 },
      ends: { reason: 'TIMEOUT', httpStatus: 0 },
    },
    {
      name: 'a body that stalls',
      behaviour: stalls,
      options: { bodyTimeoutMs: 60 },
      ends: { reason: 'TIMEOUT', httpStatus: 202 },
    },
    {
      name: 'a body that drips past the deadline',
      behaviour: drips,
      options: { deadlineMs: 150, bodyTimeoutMs: 100 },
      ends: { reason: 'TIMEOUT', httpStatus: 200 },
    },
    {
      name: 'a connection that is closed',
      behaviour: cut,
      ends: { reason: 'CONNECTION_LOST', httpStatus: 0 },
    },
    {
      name: 'a connection that is reset',
      behaviour: reset,
      ends: { reason: 'CONNECTION_LOST', httpStatus: 0 },
    },
    { name: 'a body that is cut', behaviour: half, ends: { reason: 'CONNECTION_LOST', httpStatus: 202 } },
    {
      name: 'a body without end',
      behaviour: endless,
      options: { maxAnswerBytes: 1_000_000 },
      ends: { reason: 'OVERSIZE', httpStatus: 200 },
    },
    { name: 'headers without end', behaviour: hugeHeaders, ends: { reason: 'OVERSIZE', httpStatus: 0 } },
    {
      name: 'something that is not HTTP',
      behaviour: noHttp,
      ends: { reason: 'UNREADABLE_ANSWER', httpStatus: 0 },
    },
  ])('$name', async ({ behaviour, options, ends }) => {
    const server = await rawServer(behaviour);
    const error = await failureOf(transport(options).send(post(server.url)));
    expect(error).toMatchObject({ ...ends, origin: 'transport', sent: true });
    expect(server.arrivals).toHaveLength(1);
  });

  test('an idle connection that the server closes costs no second request', async () => {
    let answered = 0;
    const server = await rawServer((response, _arrival, socket) => {
      answered += 1;
      if (answered === 2) socket.destroy();
      else response.end('{}');
    });
    const wire = transport({ connections: 1 });
    await wire.send(post(server.url));
    const error = await failureOf(wire.send(post(server.url)));
    expect(error).toMatchObject({ reason: 'CONNECTION_LOST', sent: true });
    expect(server.arrivals).toHaveLength(2);
  });

  test('an abort says that the request was sent, and why it was aborted', async () => {
    const stop = new AbortController();
    const server = await rawServer(() => stop.abort(new Error('the operator said stop')));
    await expect(transport().send(post(server.url, { signal: stop.signal }))).rejects.toEqual(
      new AttemptAborted(true, new Error('the operator said stop')),
    );
  });
});

describe('before any byte was sent', () => {
  async function closedPort(): Promise<number> {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    return port;
  }

  test('refused', async () => {
    const error = await failureOf(transport().send(post(`http://127.0.0.1:${await closedPort()}`)));
    expect(error).toMatchObject({
      reason: 'CONNECT_FAILED',
      sent: false,
      httpStatus: 0,
      cause: { code: 'ECONNREFUSED' },
    });
  });

  test('name unknown', async () => {
    const error = await failureOf(transport().send(post('http://provider.invalid/')));
    expect(error).toMatchObject({ reason: 'CONNECT_FAILED', sent: false });
    expect(error.cause).toMatchObject({ code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) });
  });

  test('a handshake that never ends', async () => {
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

  test('still waiting for a connection at the deadline: it never arrives later', async () => {
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

  test('an authenticator that never answers', async () => {
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
  ])('%s', async (_name, thrown, expected) => {
    const server = await rawServer(answering(200, '{}'));
    const error = await failureOf(
      transport({}, { authenticate: () => Promise.reject(thrown) }).send(post(server.url)),
    );
    expect(error).toMatchObject({ reason: 'NOT_AUTHENTICATED', sent: false, ...expected });
    expect(inspect(error, { depth: null })).not.toContain('5186001700009726');
    expect(server.arrivals).toHaveLength(0);
  });

  test('an aborted signal', async () => {
    const server = await rawServer(answering(200, '{}'));
    await expect(
      transport().send(post(server.url, { signal: AbortSignal.abort(new Error('too late')) })),
    ).rejects.toEqual(new AttemptAborted(false, new Error('too late')));
    expect(server.arrivals).toHaveLength(0);
  });
});

describe('TLS', () => {
  const identity = { key: pem('server.key.pem'), cert: pem('server.pem') };
  const trusted = { ca: pem('ca.pem') };
  const mutual = { ...identity, ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: true };
  const secure = async (options: object = identity) => {
    const server = await rawServer(answering(200, '{}'), (listener) => createTlsServer(options, listener));
    return { ...server, url: `https://localhost:${server.port}` };
  };
  const pinOf = (name: string) =>
    createHash('sha256')
      .update(new X509Certificate(pem(name)).publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');

  test.each([
    ['a known authority', identity, trusted],
    ['mutual', mutual, { ...trusted, key: pem('client.key.pem'), cert: pem('client.pem') }],
    ['a pinned key', identity, { ...trusted, pins: [pinOf('client.pem'), pinOf('server.pem')] }],
    ['TLS 1.2', { ...identity, maxVersion: 'TLSv1.2' }, trusted],
  ])('works with %s', async (_name, server, tls) => {
    const { url } = await secure(server);
    expect(await transport({ tls }).send(post(url))).toMatchObject({ status: 200 });
  });

  test.each([
    ['an authority that is not known', identity, {}],
    ['a key that is not pinned', identity, { ...trusted, pins: [pinOf('client.pem')] }],
    [
      'TLS 1.1',
      { ...identity, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      trusted,
    ],
  ])('sends nothing to a server with %s', async (_name, options, tls) => {
    const server = await secure(options);
    expect(await failureOf(transport({ tls }).send(post(server.url)))).toMatchObject({
      reason: 'TLS_FAILED',
      sent: false,
    });
    expect(server.arrivals).toHaveLength(0);
  });

  test('sends nothing to a server with another name', async () => {
    const server = await secure();
    const error = await failureOf(transport({ tls: trusted }).send(post(`https://127.0.0.2:${server.port}`)));
    expect(error).toMatchObject({ sent: false });
  });

  test('sends nothing where there is no TLS', async () => {
    const server = await rawServer(answering(200, '{}'));
    const error = await failureOf(transport().send(post(`https://127.0.0.1:${server.port}`)));
    expect(error).toMatchObject({ reason: 'TLS_FAILED', sent: false });
  });

  // Under TLS 1.3 a client may write before the server has judged its certificate, so that it cannot be told from a lost connection.
  test.each([
    ['TLSv1.2', { reason: 'TLS_FAILED', sent: false }],
    ['TLSv1.3', { reason: 'CONNECTION_LOST', sent: true }],
  ])('without a certificate the server asks for, nothing is taken (%s)', async (version, expected) => {
    const server = await secure({ ...mutual, minVersion: version, maxVersion: version });
    expect(await failureOf(transport({ tls: trusted }).send(post(server.url)))).toMatchObject(expected);
    expect(server.arrivals).toHaveLength(0);
  });
});
