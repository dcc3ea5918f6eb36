import { waitFor } from '@enrollkit/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardedServer, type Browser } from './guarded-server.ts';
import { closed, connectRaw, requestText, sendRaw, statusOf } from './raw-request.ts';

let server: GuardedServer;
let browser: Browser;
let host: { Host: string };
beforeAll(async () => {
  server = await GuardedServer.open({
    limits: { headersMs: 300, requestMs: 600, idleMs: 300, checkMs: 50, connections: 40 },
    maxUploadBytes: 100_000,
  });
  browser = await server.openLink();
  host = { Host: `127.0.0.1:${server.port}` };
});
afterAll(() => server.close());

const writing = (): Record<string, string> => ({
  ...host,
  Cookie: browser.cookie,
  Origin: server.origin,
  'X-CSRF-Token': browser.session.csrfToken,
});

describe('a connection that does not get on', () => {
  it.each([
    ['sends nothing', ''],
    ['stops in its first line', 'GET /api/ov'],
    ['stops in its headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-One: 1\r\n'],
  ])('is closed when it %s', async (_name, bytes) => {
    const { socket, received } = await connectRaw(server.port, bytes);
    await closed(socket);
    expect(received()).not.toContain('200');
  });

  it('is closed when it sends a header every now and then', async () => {
    const { socket } = await connectRaw(server.port, 'GET / HTTP/1.1\r\n');
    let sent = 0;
    const drip = setInterval(() => socket.write(`X-${sent++}: x\r\n`), 40);
    await closed(socket);
    clearInterval(drip);
    expect(sent).toBeGreaterThan(1);
  });

  it('is closed when a file comes too slowly', async () => {
    const headers = { ...writing(), 'Content-Type': 'application/octet-stream', 'Content-Length': '90000' };
    const { socket, received } = await connectRaw(
      server.port,
      requestText('POST /api/plans/uploads?fileName=a.csv', headers, 'a'),
    );
    const drip = setInterval(() => socket.write('a'), 40);
    await closed(socket);
    clearInterval(drip);
    expect([408, Number.NaN]).toContain(statusOf(received()));
  });

  it('is closed between two requests', async () => {
    const { socket, received } = await connectRaw(
      server.port,
      `GET / HTTP/1.1\r\nHost: ${host.Host}\r\n\r\n`,
    );
    await closed(socket);
    expect(statusOf(received())).toBe(200);
  });

  it('leaves no more than so many open, and the server answers again when they are gone', async () => {
    const idle = await Promise.all(Array.from({ length: 60 }, () => connectRaw(server.port, 'GET /')));
    await waitFor('all of them to be closed', () => idle.every(({ socket }) => socket.closed));
    expect(statusOf(await sendRaw(server.port, requestText('GET /', host)))).toBe(200);
  });
});

describe('a body that is too large', () => {
  it.each([
    ['/api/plans/uploads?fileName=a.csv', 'octet-stream 100001'],
    ['/api/plans/uploads?fileName=a.csv', 'octet-stream 99999999999999'],
    ['/api/runner/instructions', 'json 65537'],
    ['/api/session/login', 'json 9999999999'],
  ])('is refused by its length, before it is sent: %s with %s bytes', async (path, body) => {
    const [type = '', length = ''] = body.split(' ');
    const headers = { ...writing(), 'Content-Type': `application/${type}`, 'Content-Length': length };
    expect(statusOf(await sendRaw(server.port, requestText(`POST ${path}`, headers, 'x')))).toBe(413);
  });

  it.each(['octet-stream', 'json'])(
    'is refused when only its end would say how long it is: %s',
    async (type) => {
      const headers = { ...writing(), 'Content-Type': `application/${type}`, 'Transfer-Encoding': 'chunked' };
      const path = type === 'json' ? '/api/session/login' : '/api/plans/uploads?fileName=a';
      const answer = await sendRaw(server.port, requestText(`POST ${path}`, headers, '1\r\na\r\n0\r\n\r\n'));
      expect(statusOf(answer)).toBe(411);
    },
  );
});

describe('a request that two programs could read in two ways', () => {
  const hidden = 'DELETE /api/session HTTP/1.1\r\nHost: x\r\n\r\n';
  it.each([
    ['two lengths', 'POST / HTTP/1.1\r\nHost: H\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    [
      'a length and chunks',
      `POST / HTTP/1.1\r\nHost: H\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    [
      'chunks that are not the last encoding',
      `POST / HTTP/1.1\r\nHost: H\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    [
      'an encoding that looks like chunks',
      `POST / HTTP/1.1\r\nHost: H\r\nTransfer-Encoding: xchunked\r\n\r\n${hidden}`,
    ],
    ['a space before the colon', 'POST / HTTP/1.1\r\nHost: H\r\nContent-Length : 5\r\n\r\nhello'],
    ['a folded header', 'POST / HTTP/1.1\r\nHost: H\r\nX-A: 1\r\n Content-Length: 5\r\n\r\nhello'],
    ['line feeds alone', 'POST / HTTP/1.1\nHost: H\nContent-Length: 5\n\nhello'],
    ['a length in hexadecimal', 'POST / HTTP/1.1\r\nHost: H\r\nContent-Length: 0x5\r\n\r\nhello'],
    ['a negative length', 'POST / HTTP/1.1\r\nHost: H\r\nContent-Length: -5\r\n\r\nhello'],
    [
      'a chunk of a negative length',
      'POST / HTTP/1.1\r\nHost: H\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n',
    ],
    ['headers of 32 KiB', `GET / HTTP/1.1\r\nHost: H\r\nX-A: ${'a'.repeat(32_768)}\r\n\r\n`],
    ['a version that is none', 'GET / HTTP/9.9\r\nHost: H\r\n\r\n'],
  ])('is refused, and the connection closed: %s', async (_name, bytes) => {
    const answer = await sendRaw(server.port, bytes.replace('Host: H', `Host: ${host.Host}`));
    expect([400, 403, 411, 431, 501, 505]).toContain(statusOf(answer));
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});

describe('a path that leads out of the console', () => {
  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/%2e%2e%2fpackage.json',
    '/%252e%252e%252fpackage.json',
    '/..%255cpackage.json',
    '/..\\package.json',
    '/..%5cpackage.json',
    '/assets/../../package.json',
    '/./index.html',
    '//evil.example/x',
    '/assets//x',
    '/index.html%00.js',
    '/index.html%0d%0aSet-Cookie:%20a=b',
    '/%c0%ae%c0%ae/package.json',
    '/api/intakes/..%2f..%2fetc/batches',
    '/api/intakes/%00',
    '/api/plans/..',
    '/api/plans/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/api/../package.json',
    '/C:/windows/win.ini',
    '/file:///etc/passwd',
  ])('is no path here: %s', async (path) => {
    const answer = await sendRaw(
      server.port,
      requestText(`GET ${path}`, { ...host, Cookie: browser.cookie }),
    );
    expect([400, 404]).toContain(statusOf(answer));
    expect(answer).not.toMatch(/batch-runner|root:|Set-Cookie/i);
  });
});
