import { describe, expect, test } from 'vitest';
import type { ProviderError } from '../src/index.ts';
import { AttemptAborted } from '../src/transport/attempt.ts';
import type { TransportOptions } from '../src/transport/options.ts';
import { answering, rawServer, type Behaviour } from './raw-server.ts';
import { failureOf, post, transport } from './wires.ts';

describe('an attempt', () => {
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

  test('is authenticated once more when the refusal brought a fresh nonce', async () => {
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

describe('an attempt whose request was sent', () => {
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
      options: { deadlineMs: 1_000 },
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
      options: { deadlineMs: 1_000, bodyTimeoutMs: 900 },
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
  ])('ends rightly with $name', async ({ behaviour, options, ends }) => {
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
