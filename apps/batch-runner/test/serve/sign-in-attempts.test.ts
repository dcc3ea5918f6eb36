import { createHook } from 'node:async_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { account, codeOf, GuardedServer, password } from './guarded-server.ts';

let server: GuardedServer;
afterEach(() => server.close());

const statuses = async (
  attempts: readonly Promise<Response>[],
): Promise<Readonly<Record<number, number>>> => {
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(attempts)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const HALF_AN_HOUR = 30 * 60_000;

describe('200 attempts to sign in', () => {
  it('at once at one account are ten attempts, and the right password is among those that wait', async () => {
    server = await GuardedServer.open({ accounts: [await account('alice', 'admin')] });

    const counts = await statuses(
      Array.from({ length: 200 }, (_unused, index) => server.signIn('alice', `guess number ${index}`)),
    );

    expect(counts).toEqual({ 401: 10, 429: 190 });
    const right = await server.signIn('alice');
    expect([right.status, await codeOf(right)]).toEqual([429, 'too-many-attempts']);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(server.events.filter(({ kind }) => kind === 'account-locked')).toEqual([
      { kind: 'account-locked', account: 'alice', address: '127.0.0.1' },
    ]);
    server.clock.ms += HALF_AN_HOUR;
    expect((await server.signIn('alice')).status).toBe(200);
  });

  it('at as many names are fifty attempts from one address, whatever X-Forwarded-For says', async () => {
    server = await GuardedServer.open({ accounts: [await account('alice', 'admin')] });
    const counts = await statuses(
      Array.from({ length: 200 }, (_unused, index) =>
        server.signIn(`user${index}`, 'a guess', { 'x-forwarded-for': `192.0.2.${index}` }),
      ),
    );
    expect(counts[401]).toBeLessThanOrEqual(50);
    expect((counts[401] ?? 0) + (counts[429] ?? 0)).toBe(200);
    expect(new Set(server.events.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
    expect((await server.signIn('alice')).status).toBe(429);
    server.clock.ms += HALF_AN_HOUR;
    expect((await server.signIn('alice')).status).toBe(200);
  });
});

it('tells nobody by its answers which names have an account', async () => {
  server = await GuardedServer.open({ accounts: [await account('alice', 'admin')] });
  for (let attempt = 0; attempt < 12; attempt++) {
    const [known, unknown] = await Promise.all([
      server.signIn('alice', 'a guess'),
      server.signIn('mallory', 'a guess'),
    ]);
    expect(known.status).toBe(unknown.status);
    expect(await known.text()).toBe(await unknown.text());
  }
});

it('hashes a password for a name that nobody has, as it does for one that somebody has', async () => {
  server = await GuardedServer.open({ accounts: [await account('alice', 'admin')] });
  let hashed = 0;
  const hook = createHook({ init: (_id, type) => void (type === 'SCRYPTREQUEST' && (hashed += 1)) }).enable();
  try {
    await server.signIn('alice', 'a guess');
    expect(hashed).toBe(1);
    await server.signIn('nobody', 'a guess');
    expect(hashed).toBe(2);
  } finally {
    hook.disable();
  }
});

it('ends the wait for an account when it gets another password', async () => {
  const alice = await account('alice', 'admin');
  server = await GuardedServer.open({ accounts: [alice] });
  for (let attempt = 0; attempt < 11; attempt++) await server.signIn('alice', 'a guess');
  expect((await server.signIn('alice')).status).toBe(429);
  server.setAccounts([{ ...(await account('alice', 'admin')), changedAt: new Date(0).toISOString() }]);
  expect((await server.signIn('ALICE')).status).toBe(200);
});

it('takes names and passwords of any form without an error, and says nothing of what was typed', async () => {
  server = await GuardedServer.open({ accounts: [await account('alice', 'admin')] });
  for (const userName of [
    '__proto__',
    'constructor',
    '\u0000',
    '<script>alert(1)</script>',
    '4111 1111 1111 1111',
    'é'.repeat(200),
  ]) {
    const response = await server.signIn(userName, `${userName} and ${password}`);
    expect(response.status, userName).toBe(401);
    expect(await response.text()).not.toContain('script');
  }
  expect(JSON.stringify(server.events)).not.toMatch(/script|4111|horse/);
  for (const body of [
    '',
    '[]',
    '{"userName":1,"password":2}',
    '{"userName":"alice"}',
    'null',
    '{"userName":{"$ne":null},"password":"x"}',
    '{'.repeat(5000),
  ]) {
    const response = await server.request('/api/session/login', { method: 'POST', body });
    expect(response.status, body.slice(0, 20)).toBe(400);
  }
});
