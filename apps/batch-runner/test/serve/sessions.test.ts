import { randomBytes } from 'node:crypto';
import { waitFor } from '@enrollkit/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  account,
  browserOf,
  codeOf,
  GuardedServer,
  password,
  tokenOf,
  type Browser,
} from './guarded-server.ts';
import { connectRaw, requestText } from './raw-request.ts';

let server: GuardedServer;
afterEach(() => server.close());

const isSignedIn = async ({ cookie }: Pick<Browser, 'cookie'>): Promise<boolean> =>
  (await server.request('/api/session', { headers: { cookie } })).status === 200;

describe('a one-time link', () => {
  it('signs its owner in once, with a token that is in no request line', async () => {
    server = await GuardedServer.open();
    const link = server.security.newLink() ?? '';
    expect(new URL(link).search + new URL(link).pathname).toBe('/');

    const first = await server.redeem(tokenOf(link));

    expect(first.status).toBe(200);
    const browser = await browserOf(first);
    expect(browser.session).toMatchObject({ user: 'tester@host', role: 'admin', signedInBy: 'link' });
    expect(await isSignedIn(browser)).toBe(true);
    // The same browser may load the page of the link again.
    expect((await server.redeem(tokenOf(link), browser)).status).toBe(200);
  });

  it('that a second browser opens signs out the first as well, since one of them is not its owner', async () => {
    server = await GuardedServer.open();
    const token = tokenOf(server.security.newLink());
    const thief = await browserOf(await server.redeem(token));

    const second = await server.redeem(token);

    expect([second.status, await codeOf(second)]).toEqual([401, 'link-refused']);
    expect(await isSignedIn(thief)).toBe(false);
    expect(server.events.map(({ kind }) => kind)).toEqual(['signed-in', 'link-repeated']);
  });

  it('is refused when it is ten minutes old, when another has taken its place, and when it is made up', async () => {
    server = await GuardedServer.open();
    const old = tokenOf(server.security.newLink());
    const replaced = tokenOf(server.security.newLink());
    const token = tokenOf(server.security.newLink());
    for (const wrong of [old, replaced, randomBytes(32).toString('base64url'), 'x'])
      expect((await server.redeem(wrong)).status).toBe(401);
    server.clock.ms += 10 * 60_000;
    expect((await server.redeem(token)).status).toBe(401);
    expect(server.events).toEqual([]);
  });

  it('is not offered where users have accounts', async () => {
    server = await GuardedServer.open({ accounts: [await account('alice', 'admin')] });
    expect(server.security.newLink()).toBeUndefined();
    expect(await codeOf(await server.redeem('x'))).toBe('sign-in-not-offered');
    expect(await (await server.request('/api/session/options')).json()).toMatchObject({
      methods: ['password'],
    });
  });
});

describe('a session', () => {
  it('has a cookie that scripts cannot read and other sites cannot use', async () => {
    server = await GuardedServer.open();
    const response = await server.redeem(tokenOf(server.security.newLink()));
    const [cookie, ...others] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^enrollkit_session-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(others).toEqual([]);
  });

  it('is not opened by a cookie that is forged, of another name, or there twice', async () => {
    server = await GuardedServer.open();
    const { cookie } = await server.openLink();
    const [name = '', value = ''] = cookie.split('=');
    const forged = [
      `${name}=${randomBytes(32).toString('base64url')}`,
      `${name}=${value.slice(0, -1)}`,
      `${name}=`,
      `${name}=null`,
      `${name}=__proto__`,
      `other=${value}`,
      `${name}=${value}; ${name}=${value}`,
      `${name}=${randomBytes(32).toString('base64url')}; ${name}=${value}`,
    ];
    for (const one of forged) expect(await isSignedIn({ cookie: one }), one).toBe(false);
    expect(await isSignedIn({ cookie })).toBe(true);
  });

  it('is over on the server after its sign-out, so that a kept cookie is worth nothing', async () => {
    server = await GuardedServer.open();
    const browser = await server.openLink();
    const response = await server.request('/api/session', { method: 'DELETE', as: browser });
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()[0]).toMatch(/^enrollkit_session-\d+=; Max-Age=0;/);
    expect(await isSignedIn(browser)).toBe(false);
    expect(server.events.at(-1)).toMatchObject({ kind: 'signed-out' });
  });

  it('never goes by a secret that the browser brought along to its sign-in', async () => {
    server = await GuardedServer.open({ accounts: [await account('alice', 'viewer')] });
    const earlier = await server.signedIn('alice');
    const response = await server.signIn('alice', password, { cookie: earlier.cookie });
    const fresh = await browserOf(response);
    expect(fresh.cookie).not.toBe(earlier.cookie);
    expect(fresh.session.csrfToken).not.toBe(earlier.session.csrfToken);
    expect(await isSignedIn(earlier)).toBe(false);
    const [name = ''] = fresh.cookie.split('=');
    const made = `${name}=${randomBytes(32).toString('base64url')}`;
    await server.signIn('alice', password, { cookie: made });
    expect(await isSignedIn({ cookie: made })).toBe(false);
  });

  it('ends when nobody has done anything for 15 minutes, and after 8 hours in any case', async () => {
    server = await GuardedServer.open();
    const idle = await server.openLink();
    const busy = await server.openLink();
    for (let minutes = 0; minutes < 8 * 60 - 10; minutes += 10) {
      server.clock.ms += 10 * 60_000;
      expect((await server.request('/api/overview', { as: busy })).status, `after ${minutes} minutes`).toBe(
        200,
      );
    }
    expect(await isSignedIn(idle)).toBe(false);
    server.clock.ms += 10 * 60_000;
    expect(await isSignedIn(busy)).toBe(false);
  });

  it('is not kept by requests that nobody caused', async () => {
    server = await GuardedServer.open();
    const browser = await server.openLink();
    for (let minutes = 0; minutes < 15; minutes += 5) {
      await server.request('/api/overview', { as: browser, headers: { 'enrollkit-background': '1' } });
      await server.request('/api/session', { as: browser });
      server.clock.ms += 5 * 60_000;
    }
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('ends when its account is changed or removed, or when others could have changed it', async () => {
    const [alice, bob] = [await account('alice', 'operator'), await account('bob', 'viewer')];
    server = await GuardedServer.open({ accounts: [alice, bob] });
    const [ofAlice, ofBob] = [await server.signedIn('alice'), await server.signedIn('bob')];
    server.setAccounts([{ ...alice, role: 'viewer' }, bob]);
    expect([await isSignedIn(ofAlice), await isSignedIn(ofBob)]).toEqual([false, true]);
    server.setAccounts([alice]);
    expect(await isSignedIn(ofBob)).toBe(false);
    expect(await codeOf(await server.signIn('bob'))).toBe('sign-in-refused');
  });
});

describe('a stream of events', () => {
  const open = (cookie: string): ReturnType<typeof connectRaw> =>
    connectRaw(
      server.port,
      requestText('GET /api/events', { Host: `127.0.0.1:${server.port}`, Cookie: cookie }),
    );

  it('needs a session, and ends with it', async () => {
    server = await GuardedServer.open();
    expect((await server.request('/api/events')).status).toBe(401);
    const browser = await server.openLink();
    const { socket, received } = await open(browser.cookie);
    await waitFor('the first event', () => received().includes('event: progress'));

    await server.request('/api/session', { method: 'DELETE', as: browser });

    await waitFor('the end of the stream', () => socket.closed);
  });

  it('ends with the time of its session, without a request that would notice', async () => {
    server = await GuardedServer.open();
    const { socket, received } = await open((await server.openLink()).cookie);
    await waitFor('the first event', () => received().includes('event: progress'));
    server.clock.ms += 8 * 3_600_000;
    expect(await waitFor('the end of the stream', () => socket.closed)).toBe(true);
  });

  it('is one of four that a session may have, and makes place when it is closed', async () => {
    server = await GuardedServer.open();
    const browser = await server.openLink();
    const streams = await Promise.all([1, 2, 3, 4].map(() => open(browser.cookie)));
    await waitFor('four streams', () => streams.every(({ received }) => received().includes('progress')));
    const fifth = await server.request('/api/events', { as: browser });
    expect([fifth.status, await codeOf(fifth)]).toEqual([429, 'too-many-streams']);
    streams[0]?.socket.destroy();
    const again = await waitFor('a place', async () => {
      const stream = await open(browser.cookie);
      await waitFor('an answer', () => stream.received().includes('\r\n\r\n'));
      return stream.received().startsWith('HTTP/1.1 200') ? stream : undefined;
    });
    for (const { socket } of [...streams, again]) socket.destroy();
  });
});
