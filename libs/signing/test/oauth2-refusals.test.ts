import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { oauth2, type OAuth2Options } from '../src/oauth2/index.ts';
import { startServer, startStub, rsaOptions, failure, request } from './oauth2-parties.ts';

describe('refusals of the token endpoint', () => {
  test.each<[string, Partial<OAuth2Options>, string]>([
    [
      'another signing key',
      { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
      'invalid_client',
    ],
    ['another kid', { kid: 'other' }, 'invalid_client'],
    ['an unknown client', { clientId: 'nobody' }, 'invalid_client'],
    ['a scope that is not granted', { scopes: ['cards:write', 'moon:fly'] }, 'invalid_scope'],
    ['a clock an hour fast', { clock: () => Date.now() + 3_600_000 }, 'invalid_client'],
    ['a clock an hour slow', { clock: () => Date.now() - 3_600_000 }, 'invalid_client'],
  ])('%s is told with the reason and a hint', async (_, change, error) => {
    const { issuer } = await startServer();
    const thrown = await failure(oauth2({ ...rsaOptions(issuer), ...change }).authenticate(request(issuer)));
    expect(thrown).toMatchObject({ name: 'TokenError', code: 'token-refused', error });
    expect(thrown.message).toContain('/oauth/token answered 4');
    expect(thrown.message.split(': ').length).toBeGreaterThanOrEqual(3);
    expect(thrown.hint).toMatch(/^(Check|Ask)/);
  });

  test('a refusal is not remembered: the next request asks again', async () => {
    let healthy = false;
    const issuer = await startStub((_, response) => {
      response.writeHead(healthy ? 200 : 503, { connection: 'close' });
      response.end(
        healthy ? JSON.stringify({ access_token: 'abc', token_type: 'DPoP', expires_in: 60 }) : '',
      );
    });
    const authenticator = oauth2(rsaOptions(issuer));
    expect(await failure(authenticator.authenticate(request(issuer)))).toMatchObject({
      code: 'token-unavailable',
      status: 503,
    });
    healthy = true;
    expect(await authenticator.authenticate(request(issuer))).toMatchObject({ authorization: 'DPoP abc' });
  });

  test('a server that asks for a nonce for ever is asked twice, not more', async () => {
    let asked = 0;
    const issuer = await startStub((_, response) => {
      asked += 1;
      response.writeHead(400, { 'dpop-nonce': `nonce-${asked}`, connection: 'close' });
      response.end('{"error":"use_dpop_nonce"}');
    });
    expect(await failure(oauth2(rsaOptions(issuer)).authenticate(request(issuer)))).toMatchObject({
      code: 'token-refused',
      error: 'use_dpop_nonce',
    });
    expect(asked).toBe(2);
  });

  test.each([
    ['a bearer token', JSON.stringify({ access_token: 'abc', token_type: 'Bearer', expires_in: 60 })],
    ['no token', JSON.stringify({ token_type: 'DPoP' })],
    [
      'a token that would split the header',
      JSON.stringify({ access_token: 'a\r\nx: y', token_type: 'DPoP' }),
    ],
    [
      'a lifetime that is no number',
      JSON.stringify({ access_token: 'abc', token_type: 'DPoP', expires_in: 'soon' }),
    ],
    ['a page', '<html>welcome</html>'],
    ['null', 'null'],
  ])('%s in a 200 is not used', async (_, body) => {
    const issuer = await startStub((_request, response) => {
      response.writeHead(200, { connection: 'close' });
      response.end(body);
    });
    expect(await failure(oauth2(rsaOptions(issuer)).authenticate(request(issuer)))).toMatchObject({
      code: 'token-malformed',
    });
  });

  test.each<[string, RequestListener]>([
    ['a connection that breaks', (incoming) => void incoming.socket.destroy()],
    ['an endless answer', (_, response) => void response.writeHead(200).end('x'.repeat(70_000))],
    [
      'a redirect, even to a token',
      (incoming, response) => {
        if (incoming.url === '/elsewhere')
          response.end(JSON.stringify({ access_token: 'abc', token_type: 'DPoP' }));
        else response.writeHead(307, { location: '/elsewhere' }).end();
      },
    ],
    ['silence', () => {}],
  ])('%s is an unavailable token endpoint', async (_, listener) => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const thrown = await failure(
      oauth2({ ...rsaOptions(issuer), timeoutMs: 300 }).authenticate(request(issuer)),
    );
    server.closeAllConnections();
    server.close();
    expect(thrown).toMatchObject({ code: 'token-unavailable', cause: expect.anything() });
  });

  test('who gives up waiting leaves; the token still comes for the others', async () => {
    const gate = Promise.withResolvers<void>();
    const issuer = await startStub((_, response) => {
      void (async () => {
        await gate.promise;
        response.writeHead(200, { connection: 'close' });
        response.end(JSON.stringify({ access_token: 'abc', token_type: 'DPoP', expires_in: 60 }));
      })();
    });
    const authenticator = oauth2(rsaOptions(issuer));
    const hurried = new AbortController();
    const left = authenticator.authenticate({ ...request(issuer), signal: hurried.signal });
    const stayed = authenticator.authenticate(request(issuer));
    hurried.abort(new Error('no more time'));
    await expect(left).rejects.toThrow('no more time');
    gate.resolve();
    expect(await stayed).toMatchObject({ authorization: 'DPoP abc' });
  });
});
