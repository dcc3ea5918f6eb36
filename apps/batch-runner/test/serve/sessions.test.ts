import { afterEach, expect, it } from 'vitest';
import { GuardedServer, browserOf, codeOf, tokenOf } from './guarded-server.ts';

let server: GuardedServer;
afterEach(() => server.close());

it('signs somebody in with a one-time link, whose token is in no request line, and once only', async () => {
  server = await GuardedServer.open();
  const link = server.security.newLink() ?? '';
  expect(new URL(link).search + new URL(link).pathname).toBe('/');

  const first = await server.redeem(tokenOf(link));

  expect(first.status).toBe(200);
  const { cookie, session } = await browserOf(first);
  expect(session).toMatchObject({ user: 'tester@host', role: 'admin', signedInBy: 'link' });
  expect((await server.request('/api/session', { headers: { cookie } })).status).toBe(200);
  const second = await server.redeem(tokenOf(link));
  expect([second.status, await codeOf(second)]).toEqual([401, 'link-refused']);
});
