import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { FakeClock, temporaryFolder } from '@enrollkit/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeyError, type KeySetOptions, keySet } from '../src/index.ts';

const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const setOf = (...kids: readonly string[]) => JSON.stringify({ keys: kids.map((kid) => ({ ...jwk, kid })) });
const hour = 3_600_000;

/** A real HTTP server whose next answers a test decides. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: IncomingMessage[];
const server = createServer((request, response) => {
  requests.push(request);
  answer(request, response);
});
let url: string;
let clock: FakeClock;

beforeEach(async () => {
  requests = [];
  clock = new FakeClock();
  serve(setOf('a'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}/keys`;
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
});

const etagOf = (body: string) => `"${hash('sha256', body)}"`;

/** Serves a set with an ETag, and 304 to those who have it. */
function serve(body: string): void {
  const etag = etagOf(body);
  answer = (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { 'content-type': 'application/json', etag }).end(body);
  };
}

const status = (code: number) => {
  answer = (_request, response) => response.writeHead(code).end();
};

const open = (options: Partial<KeySetOptions> = {}) => keySet({ url, now: clock.now, ...options });

async function failure(action: Promise<unknown>): Promise<KeyError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KeyError)) throw new Error(`expected a KeyError, got ${String(error)}`);
  return error;
}

describe('a key set by URL', () => {
  it('is fetched once for many callers at the same time, and not again while young', async () => {
    const set = open();
    const keys = await Promise.all(Array.from({ length: 20 }, () => set.key('a')));
    clock.advance(hour - 1);
    await set.keys();
    expect(new Set(keys.map(({ kid }) => kid))).toEqual(new Set(['a']));
    expect(requests).toHaveLength(1);
  });

  it('is asked for again with its ETag when old, and 304 makes it young', async () => {
    const set = open();
    await set.keys();
    clock.advance(hour);
    await set.keys();
    expect(requests[1]?.headers['if-none-match']).toBe(etagOf(setOf('a')));
    clock.advance(hour - 1);
    await set.keys();
    expect(requests).toHaveLength(2);
    expect(set.status.confirmedAt?.getTime()).toBe(clock.now() - hour + 1);
  });

  it('finds a key that was added since, by its unknown kid', async () => {
    const set = open();
    await set.keys();
    serve(setOf('a', 'b'));
    clock.advance(30_000);
    expect((await set.key('b')).kid).toBe('b');
    expect(requests).toHaveLength(2);
  });

  it('is not hammered by unknown kids: at most one request per interval', async () => {
    const set = open();
    const first = await failure(set.key('no-such'));
    await Promise.all(Array.from({ length: 10 }, () => failure(set.key('no-such'))));
    expect(requests).toHaveLength(1);
    expect(first).toMatchObject({ code: 'kid-unknown', found: 'the kids "a"' });
    clock.advance(30_000);
    await failure(set.key('no-such'));
    expect(requests).toHaveLength(2);
  });

  it('replaces a rotated key when old', async () => {
    const set = open();
    const before = '20250101000000-sandbox-fpan-encryption-x';
    const after = '20250102000000-sandbox-fpan-encryption-x';
    serve(setOf(before));
    expect((await set.newest({ purpose: 'fpan-encryption' })).kid).toBe(before);
    serve(setOf(before, after));
    clock.advance(hour);
    expect((await set.newest({ purpose: 'fpan-encryption' })).kid).toBe(after);
    expect((await set.key(before)).kid).toBe(before);
  });
});

describe('the last good set stays in use', () => {
  const troubles: readonly [string, () => void][] = [
    ['the server answers 503', () => status(503)],
    ['the server answers 404', () => status(404)],
    ['the connection is cut', () => (answer = (request) => request.socket.destroy())],
    [
      'the answer breaks off',
      () =>
        (answer = (request, response) =>
          response
            .writeHead(200, { 'content-length': 1000 })
            .write('{"keys"', () => request.socket.destroy())),
    ],
    [
      'the answer is a page',
      () => (answer = (_request, response) => response.writeHead(200).end('<html>proxy</html>')),
    ],
    [
      'the answer is other JSON',
      () => (answer = (_request, response) => response.writeHead(200).end('{"error":"later"}')),
    ],
    ['the set is empty', () => (answer = (_request, response) => response.writeHead(200).end('{"keys":[]}'))],
    [
      'the answer redirects, even to a good set',
      () =>
        (answer = (request, response) => {
          if (request.url === '/elsewhere') response.writeHead(200).end(setOf('elsewhere'));
          else response.writeHead(302, { location: '/elsewhere' }).end();
        }),
    ],
    [
      'the answer is larger than allowed',
      () => (answer = (_request, response) => response.writeHead(200).end(setOf('evil').padEnd(300_000))),
    ],
    [
      'the answer never ends',
      () => (answer = (_request, response) => void response.writeHead(200).write('{"keys":[')),
    ],
    ['no answer comes', () => (answer = () => undefined)],
  ];
  it.each(troubles)('when %s', async (name, arrange) => {
    // Only those that wait for the end of their time are given little of it.
    const set = open({ timeoutMs: /never ends|no answer/.test(name) ? 1_000 : 30_000 });
    await set.keys();
    arrange();
    clock.advance(hour);
    expect((await set.keys()).map(({ kid }) => kid)).toEqual(['a']);
    expect(requests).toHaveLength(2);
    expect(set.status.lastFailure?.code).toMatch(/^(set-unreachable|set-unusable|format-unknown|damaged)$/);
    await set.keys();
    expect(requests).toHaveLength(2);
    serve(setOf('b'));
    clock.advance(30_000);
    expect((await set.keys()).map(({ kid }) => kid)).toEqual(['b']);
    expect(set.status.lastFailure).toBeUndefined();
  });

  it('and a first use without any set says what is wrong and how to look', async () => {
    status(503);
    expect(await failure(open().keys())).toMatchObject({
      code: 'set-unusable',
      found: 'HTTP status 503',
      hint: `Look from this machine: curl -sS -i '${url}'`,
    });
    answer = () => undefined;
    expect(await failure(open({ timeoutMs: 50 }).keys())).toMatchObject({
      code: 'set-unreachable',
      found: 'no whole answer within 50 ms',
    });
  });

  it('and a forced refresh tells the failure', async () => {
    const set = open();
    await set.keys();
    status(500);
    expect((await failure(set.refresh())).code).toBe('set-unusable');
    expect(await set.keys()).toHaveLength(1);
  });
});

describe('the cache on disk', () => {
  it('serves a process that starts during an outage, then gives way to the source', async () => {
    using next = temporaryFolder();
    const cacheFile = next.file('set.json');
    await open({ cacheFile }).keys();
    status(503);
    clock.advance(hour);
    const restarted = open({ cacheFile });
    expect((await restarted.keys()).map(({ kid }) => kid)).toEqual(['a']);
    expect(restarted.status.from).toBe('cache');
    serve(setOf('b'));
    clock.advance(hour);
    expect((await restarted.keys()).map(({ kid }) => kid)).toEqual(['b']);
    expect(restarted.status.from).toBe('network');
  });

  it('saves the request while young, and the ETag is kept for when it is old', async () => {
    using next = temporaryFolder();
    await open({ cacheFile: next.file('c') }).keys();
    const restarted = open({ cacheFile: next.file('c') });
    await restarted.keys();
    expect(requests).toHaveLength(1);
    clock.advance(hour);
    await restarted.keys();
    expect(requests[1]?.headers['if-none-match']).toBe(etagOf(setOf('a')));
    expect(statSync(next.file('c')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['noise', () => 'no json'],
    ['a damaged set', (good: string) => good.replace('keys', 'kyes')],
    ['the set of another address', (good: string) => good.replace('/keys', '/other')],
  ])('that holds %s counts as none', async (_name, spoil) => {
    using next = temporaryFolder();
    await open({ cacheFile: next.file('c') }).keys();
    writeFileSync(next.file('c'), spoil(readFileSync(next.file('c'), 'utf8')));
    serve(setOf('fresh'));
    expect((await open({ cacheFile: next.file('c') }).keys()).map(({ kid }) => kid)).toEqual(['fresh']);
  });

  it('is refused when others could have written it', async () => {
    using next = temporaryFolder();
    await open({ cacheFile: next.file('c') }).keys();
    chmodSync(next.file('c'), 0o620);
    expect(await failure(open({ cacheFile: next.file('c') }).keys())).toMatchObject({
      code: 'cache-untrusted',
      found: 'mode 0620',
    });
  });

  it('that cannot be written is no reason to stop', async () => {
    const cacheFile = '/proc/no-such-folder/cache.json';
    expect(await open({ cacheFile }).keys()).toHaveLength(1);
    expect(existsSync(cacheFile)).toBe(false);
  });
});

describe('a key set file', () => {
  it('is read again when it changed and a kid is unknown', async () => {
    using next = temporaryFolder();
    writeFileSync(next.file('set.json'), setOf('a'));
    const set = keySet({ file: next.file('set.json'), now: clock.now });
    expect((await set.key('a')).kid).toBe('a');
    writeFileSync(next.file('set.json'), setOf('a', 'bb'));
    clock.advance(30_000);
    expect((await set.key('bb')).kid).toBe('bb');
    expect(set.status).toMatchObject({ from: 'file', kids: ['a', 'bb'] });
  });
});

describe('entries that are no public keys', () => {
  it('are left out and named: private, symmetric, damaged', async () => {
    const privateJwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      format: 'jwk',
    });
    answer = (_request, response) =>
      response.writeHead(200).end(
        JSON.stringify({
          keys: [
            { ...jwk, kid: 'good' },
            { ...privateJwk, kid: 'private' },
            { kty: 'oct', k: 'AAAA', kid: 'shared' },
            { kty: 'RSA', kid: 'half' },
            7,
          ],
        }),
      );
    const set = open();
    expect((await set.keys()).map(({ kid }) => kid)).toEqual(['good']);
    expect(set.status.ignored.map((line) => line.split(':')[0])).toEqual(['"private"', '"shared"', '"half"']);
    expect(JSON.stringify(set.status)).not.toContain(String(privateJwk.d));
  });
});
