import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardedServer, codeOf, type Browser } from './guarded-server.ts';
import { requestText, sendRaw, statusOf } from './raw-request.ts';

/** What a browser says of how a page made it fetch something. */
interface Fetched {
  readonly site: string;
  readonly mode: string;
  readonly dest: string;
}

let server: GuardedServer;
let browser: Browser;
beforeAll(async () => {
  server = await GuardedServer.open();
  browser = await server.openLink();
});
afterAll(() => server.close());

const pause = { method: 'POST', body: { instruction: 'pause' } };
const send = (
  headers: Readonly<Record<string, string | undefined>>,
  more: object = pause,
): Promise<Response> => server.request('/api/runner/instructions', { as: browser, headers, ...more });

describe('a request that changes something', () => {
  it('is taken from the console itself', async () => {
    expect((await send({})).status).toBe(200);
  });

  it.each([
    ['of another site', 'https://evil.example'],
    ['of no origin, as a sandboxed frame sends', 'null'],
    ['of another port of this machine', 'http://127.0.0.1:1'],
    ['of the same host over another scheme', () => server.origin.replace('http:', 'https:')],
    ['of a host that begins like ours', () => `${server.origin}.evil.example`],
    ['of a page that hides its origin', undefined],
  ])('is refused with the Origin %s', async (_name, given) => {
    const origin = typeof given === 'function' ? given() : given;
    const response = await send({ origin });
    expect([response.status, await codeOf(response)]).toEqual([403, 'origin-refused']);
  });

  it.each(['cross-site', 'same-site', 'none'])(
    'is refused when the browser says that it comes from: %s',
    async (site) => {
      expect(await codeOf(await send({ 'sec-fetch-site': site }))).toBe('origin-refused');
    },
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
  ])('is refused with a body that a form of another site can send: %s', async (type) => {
    const response = await send({ 'content-type': type });
    expect([response.status, await codeOf(response)]).toEqual([415, 'media-type-refused']);
  });

  it('is refused without the token of its session, with none, and with that of another session', async () => {
    const other = await server.openLink();
    for (const token of [
      undefined,
      '',
      'x',
      other.session.csrfToken,
      `${browser.session.csrfToken} `.repeat(2),
    ]) {
      const response = await send({ 'x-csrf-token': token });
      expect([response.status, await codeOf(response)], String(token)).toEqual([403, 'csrf-token-refused']);
    }
  });

  it('is refused before anything else where its browser would ask first, or calls a method that is none', async () => {
    for (const method of ['OPTIONS', 'PUT', 'PATCH']) {
      const response = await send({ origin: 'https://evil.example' }, { method });
      expect(response.status, method).toBe(405);
      expect(response.headers.get('access-control-allow-origin'), method).toBeNull();
    }
  });
});

describe('a request that reads', () => {
  /** Raw: a client library would write these headers itself. */
  const read = async (path: string, fetched: Fetched): Promise<number> => {
    const headers = {
      Host: `127.0.0.1:${server.port}`,
      Cookie: browser.cookie,
      'Sec-Fetch-Site': fetched.site,
      'Sec-Fetch-Mode': fetched.mode,
      'Sec-Fetch-Dest': fetched.dest,
    };
    return statusOf(await sendRaw(server.port, requestText(`GET ${path}`, headers)));
  };

  it('is refused from a page of another site, whatever the page makes of it', async () => {
    for (const mode of ['cors', 'no-cors', 'navigate', 'websocket'])
      for (const dest of ['empty', 'script', 'image', 'document', 'iframe'])
        for (const site of ['cross-site', 'same-site'])
          expect(await read('/api/overview', { site, mode, dest }), `${site} ${mode} ${dest}`).toBe(403);
    const origin = 'https://evil.example';
    expect((await server.request('/api/overview', { as: browser, headers: { origin } })).status).toBe(403);
  });

  it('may follow a link of another site to a page, which holds no data, but not into a frame', async () => {
    const link = { site: 'cross-site', mode: 'navigate' };
    expect(await read('/', { ...link, dest: 'document' })).toBe(200);
    expect(await read('/', { ...link, dest: 'iframe' })).toBe(403);
    expect(await read('/', { site: 'cross-site', mode: 'no-cors', dest: 'script' })).toBe(403);
  });

  it('is answered when somebody types its address', async () => {
    expect(await read('/api/overview', { site: 'none', mode: 'navigate', dest: 'document' })).toBe(200);
  });
});

describe('a request for another host', () => {
  const ask = (host: string, line = 'GET /api/session/options'): Promise<string> =>
    sendRaw(server.port, requestText(line, { Host: host }));

  it('is answered by the names of this machine', async () => {
    for (const host of [
      `127.0.0.1:${server.port}`,
      `localhost:${server.port}`,
      `[::1]:${server.port}`,
      `LOCALHOST:${server.port}`,
    ])
      expect(statusOf(await ask(host)), host).toBe(200);
  });

  it.each([
    (port: number) => `evil.example:${port}`,
    (port: number) => `127.0.0.1.evil.example:${port}`,
    (port: number) => `localhost.:${port}`,
    (port: number) => `127.0.0.2:${port}`,
    (port: number) => `0.0.0.0:${port}`,
    (port: number) => `evil@localhost:${port}`,
    () => 'evil.example',
    () => 'localhost',
    () => '127.0.0.1:1',
    () => '',
  ])('is refused as a rebound name: %s', async (name) => {
    const answer = await ask(name(server.port));
    expect([400, 421]).toContain(statusOf(answer));
    expect(answer).not.toContain('methods');
  });

  it('is refused in the request line, where a proxy would look', async () => {
    const answer = await ask(`127.0.0.1:${server.port}`, 'GET http://evil.example/api/session/options');
    expect(statusOf(answer)).toBe(421);
  });

  it('is not made one of ours by the headers of a proxy, or by a second Host', async () => {
    const forwarded = await sendRaw(
      server.port,
      requestText('GET /api/session/options', {
        Host: 'evil.example',
        'X-Forwarded-Host': `127.0.0.1:${server.port}`,
      }),
    );
    expect(statusOf(forwarded)).toBe(421);
    const two = await sendRaw(
      server.port,
      requestText('GET /api/session/options', [
        ['Host', `127.0.0.1:${server.port}`],
        ['Host', 'evil.example'],
      ]),
    );
    expect([400, 421]).toContain(statusOf(two));
    const none = await sendRaw(server.port, requestText('GET /api/session/options', {}));
    expect(statusOf(none)).toBe(400);
  });
});

it('says in every answer, also in that to a refused request, what a browser may do with it', async () => {
  const paths = ['/', '/api/overview', '/api/nothing', '/nothing'];
  const answers = [
    ...(await Promise.all(paths.map((path) => server.request(path)))),
    await send({ origin: 'null' }),
  ];
  for (const { headers, url } of answers) {
    const csp = headers.get('content-security-policy') ?? '';
    expect(csp, url).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(csp, url).toContain("frame-ancestors 'none'");
    expect(csp, url).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(csp, url).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('x-content-type-options'), url).toBe('nosniff');
    expect(headers.get('referrer-policy'), url).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy'), url).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy'), url).toBe('same-origin');
    expect(headers.get('x-powered-by'), url).toBeNull();
    expect(headers.get('cache-control'), url).toBe(url.includes('/api/') ? 'no-store' : null);
  }
});
