import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { codeOf, GuardedServer } from './guarded-server.ts';
import { client, openIdentityProvider, type IdentityProvider, type Person } from './identity-provider.ts';

let provider: IdentityProvider;
let server: GuardedServer;

const opened = (issuer: string): Promise<GuardedServer> =>
  GuardedServer.open({
    serve: {
      oidc: {
        issuer,
        clientId: client.id,
        clientSecret: client.secret,
        roles: { viewer: ['finance'], operator: ['enrollment'], admin: ['platform'] },
      },
    },
  });

beforeEach(async () => {
  // It warns of what would be wrong in production.
  for (const level of ['warn', 'info'] as const) vi.spyOn(console, level).mockReturnValue();
  provider = await openIdentityProvider();
  server = await opened(provider.issuer);
  provider.start(`${server.origin}/api/session/oidc/callback`);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
  await provider.close();
});

/** Cookies by origin, as a browser keeps them. */
class Jar {
  readonly #cookies = new Map<string, Map<string, string>>();

  async get(address: string): Promise<Response> {
    const { origin } = new URL(address);
    const own = this.#of(origin);
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
    this.take(origin, response);
    return response;
  }

  take(origin: string, { headers }: Response): void {
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0|Expires=Thu, 01 Jan 1970/i.test(line)) this.#of(origin).delete(name);
      else this.#of(origin).set(name, value);
    }
  }

  header(origin: string): string {
    return [...this.#of(origin)].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #of(origin: string): Map<string, string> {
    const own = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, own);
    return own;
  }
}

/** Goes where the console sends a browser. */
async function begin(jar: Jar): Promise<string> {
  const response = await server.request('/api/session/oidc', { method: 'POST' });
  expect(response.status).toBe(200);
  jar.take(server.origin, response);
  return ((await response.json()) as { location: string }).location;
}

/** Follows the provider's redirects until it sends the browser back; returns that address. */
async function atProvider(jar: Jar, location: string): Promise<string> {
  let at = location;
  for (let step = 0; step < 10 && !at.startsWith(server.origin); step++) {
    const response = await jar.get(at);
    at = new URL(response.headers.get('location') ?? 'about:blank', at).href;
  }
  return at;
}

async function signIn(person: Person): Promise<{ jar: Jar; back: Response }> {
  provider.person = person;
  const jar = new Jar();
  const back = await jar.get(await atProvider(jar, await begin(jar)));
  return { jar, back };
}

const sessionOf = (jar: Jar): Promise<Response> =>
  server.request('/api/session', { headers: { cookie: jar.header(server.origin) } });

it('signs people in with a code, PKCE, state and nonce, and gives each the highest role of their groups', async () => {
  const jar = new Jar();
  const asked = new URL(await begin(jar)).searchParams;
  expect(Object.fromEntries(asked)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    state: expect.stringMatching(/^[\w-]{43}$/) as string,
    nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
  });
  const alice = await signIn({
    sub: 'id-1',
    preferred_username: 'alice',
    groups: ['finance', 'enrollment', 'chess'],
  });
  expect([alice.back.status, alice.back.headers.get('location')]).toEqual([303, '/']);
  expect(await (await sessionOf(alice.jar)).json()).toMatchObject({
    user: 'alice',
    role: 'operator',
    signedInBy: 'oidc',
  });
  const bob = await signIn({ sub: 'id-2', preferred_username: 'bob', groups: 'finance' });
  expect(await (await sessionOf(bob.jar)).json()).toMatchObject({ user: 'bob', role: 'viewer' });
  expect(server.events.map(({ kind }) => kind)).toEqual(['signed-in', 'signed-in']);
});

it('sets cookies that no script reads: a strict one for the session, a lax one until the provider has answered', async () => {
  const begun = await server.request('/api/session/oidc', { method: 'POST' });
  expect(begun.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^enrollkit_sign_in-\d+=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
  const { back } = await signIn({ sub: 'id-1', groups: ['platform'] });
  expect(back.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^enrollkit_sign_in-\d+=; Max-Age=0;/),
    expect.stringMatching(/^enrollkit_session-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
  ]);
});

it('lets nobody in who has none of the groups, and says so', async () => {
  for (const groups of [[], ['Platform'], ['platform '], undefined]) {
    const { jar, back } = await signIn({
      sub: 'id-3',
      preferred_username: 'carol',
      ...(groups && { groups }),
    });
    expect(back.headers.get('location')).toBe('/#sign-in-problem=role-insufficient');
    expect((await sessionOf(jar)).status).toBe(401);
  }
  expect(server.events.at(-1)).toMatchObject({
    kind: 'sign-in-refused',
    why: 'carol has none of the configured roles',
  });
});

it('takes an answer only in the browser that has asked, once, and as it was sent', async () => {
  provider.person = { sub: 'id-1', groups: ['platform'] };
  const jar = new Jar();
  const back = await atProvider(jar, await begin(jar));
  const changed = (name: string, value: string): string => {
    const url = new URL(back);
    url.searchParams.set(name, value);
    return url.href;
  };
  const refused = async (address: string, using: Jar): Promise<void> => {
    const response = await using.get(address);
    expect(response.headers.get('location'), address).toBe('/#sign-in-problem=sign-in-refused');
    expect((await sessionOf(using)).status).toBe(401);
  };
  // Somebody else's browser is led to an answer: it would be signed in as another person.
  await refused(back, new Jar());
  const other = new Jar();
  await begin(other);
  await refused(back, other);
  const cookie = jar.header(server.origin);
  await refused(changed('state', 'x'.repeat(43)), jar);
  // That was the one time that this browser had, also when it keeps its cookie.
  const { pathname, search } = new URL(back);
  const repeated = await server.request(`${pathname}${search}`, { headers: { cookie } });
  expect(repeated.headers.get('location')).toBe('/#sign-in-problem=sign-in-refused');
  for (const [name, value] of [
    ['code', 'x'],
    ['iss', 'https://evil.example'],
    ['error', 'access_denied'],
  ] as const) {
    const again = new Jar();
    const url = new URL(await atProvider(again, await begin(again)));
    url.searchParams.set(name, value);
    await refused(url.href, again);
  }
  const used = new Jar();
  const once = await atProvider(used, await begin(used));
  expect((await used.get(once)).headers.get('location')).toBe('/');
  await refused(once, new Jar());
});

it('leads to its own first page after a sign-in, wherever a link wants it to lead', async () => {
  provider.person = { sub: 'id-1', groups: ['platform'] };
  for (const name of ['returnTo', 'return_to', 'redirect', 'next', 'url']) {
    const jar = new Jar();
    const url = new URL(await atProvider(jar, await begin(jar)));
    url.searchParams.append(name, '//evil.example');
    expect((await jar.get(url.href)).headers.get('location')).toBe('/');
  }
  const jar = new Jar();
  const begun = await server.request('/api/session/oidc?returnTo=https://evil.example', {
    method: 'POST',
  });
  jar.take(server.origin, begun);
  const { location } = (await begun.json()) as { location: string };
  expect(new URL(location).searchParams.get('redirect_uri')).toBe(
    `${server.origin}/api/session/oidc/callback`,
  );
});

it('names people so that their names pass for nothing else', async () => {
  const { jar } = await signIn({
    sub: 'id-9',
    preferred_username: 'root (admin, console)\u001b[2J<script>alert(1)</script> 4111111111111111',
    groups: ['finance'],
  });
  const { user } = (await (await sessionOf(jar)).json()) as { user: string };
  expect(user).toMatch(/^[\p{L}\p{N} ._@+*?'-]+$/u);
  expect(user).not.toMatch(/4111111111111111|[(<]/);
});

it('takes a sign-in that has begun more than ten minutes ago for none', async () => {
  provider.person = { sub: 'id-1', groups: ['platform'] };
  const jar = new Jar();
  const back = await atProvider(jar, await begin(jar));
  server.clock.ms += 10 * 60_000;
  expect((await jar.get(back)).headers.get('location')).toBe('/#sign-in-problem=sign-in-refused');
});

it('says that the identity provider is not there, and signs people in when it is back', async () => {
  const { issuer } = provider;
  await provider.close();
  const response = await server.request('/api/session/oidc', { method: 'POST' });
  expect([response.status, await codeOf(response)]).toEqual([503, 'identity-provider-unavailable']);
  provider = await openIdentityProvider(Number(new URL(issuer).port));
  provider.start(`${server.origin}/api/session/oidc/callback`);
  expect((await signIn({ sub: 'id-1', groups: ['platform'] })).back.headers.get('location')).toBe('/');
});
