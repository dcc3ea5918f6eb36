import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { oauth2, type OAuth2Options, TokenError } from '@enrollkit/signing/oauth2';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { parseFaults, type Simulator } from '../src/index.ts';
import { programme, type Reply, replyOf } from './test-client.ts';
import { client, start } from './start.ts';

type Started = Awaited<ReturnType<typeof start>>;

const dpopKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function authenticatorFor(
  { oauth2: { issuer, clientId, kid } }: Simulator,
  more: Partial<OAuth2Options> = {},
) {
  return oauth2({
    issuer,
    clientId,
    kid,
    key: client.key,
    scopes: ['enrollment'],
    dpopKey: dpopKey.privateKey,
    ...more,
  });
}

/**
 * Asks for a batch nobody knows, once more when the answer taught the client something: 404 means the gateway
 * let it through.
 */
async function send(simulator: Simulator, authenticator = authenticatorFor(simulator)): Promise<Reply> {
  const url = new URL(
    `${simulator.url}/cards/batch/nobody?srcClientId=${programme.srcClientId}&serviceId=SRC`,
  );
  const attempt = async () => {
    const sent = await authenticator.authenticate({ method: 'GET', url, body: new Uint8Array() });
    return { sent, answer: await fetch(url, { headers: sent }) };
  };
  const { sent, answer } = await attempt();
  const again = authenticator.learn?.({ url, sent, status: answer.status, headers: answer.headers }) === true;
  return replyOf(again ? (await attempt()).answer : answer);
}

describe('OAuth 2.0 with DPoP', () => {
  test('OAuth 2.0 admits a client that proves itself, and asks it for a nonce first', async () => {
    const simulator = await start();
    const first = await fetch(simulator.oauth2.tokenUrl, {
      method: 'POST',
      body: await tokenForm(simulator),
      headers: { dpop: await proof(simulator) },
    });
    expect(first.status).toBe(400);
    expect(await first.json()).toMatchObject({ error: 'use_dpop_nonce' });
    expect(first.headers.get('dpop-nonce')).toMatch(/^[\w-]{16}$/);
    expect((await send(simulator)).status).toBe(404);
  });

  test('OAuth 2.0 clients recover from a stale nonce, a revoked token and an expired token', async () => {
    const simulator = await start({ tokenSeconds: 60 });
    const authenticator = authenticatorFor(simulator, { clock: simulator.clock.now });
    expect((await send(simulator, authenticator)).status).toBe(404);
    for (const fault of ['stale-nonce', 'revoked-tokens'] as const) {
      simulator.setFaults([{ fault, times: 1 }]);
      expect((await send(simulator, authenticator)).status).toBe(404);
      expect(simulator.faults()).toMatchObject([{ applied: 1 }]);
    }
    simulator.clock.advance(61_000);
    expect((await send(simulator, authenticator)).status).toBe(404);
  });

  test('OAuth 2.0 refuses a client with another key or another id', async () => {
    const simulator = await start();
    const unknownKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    await expect(send(simulator, authenticatorFor(simulator, { key: unknownKey }))).rejects.toThrow(
      TokenError,
    );
    await expect(send(simulator, authenticatorFor(simulator, { clientId: 'nobody' }))).rejects.toThrow(
      /invalid_client/,
    );
  });

  test('the token endpoint can be unreachable or down', async () => {
    const simulator = await start({ faults: parseFaults('token-drop*1,token-503*1') });
    const code = (authenticator: ReturnType<typeof authenticatorFor>) =>
      send(simulator, authenticator).then(
        () => 'through',
        (error: TokenError) => error.code,
      );
    expect(await code(authenticatorFor(simulator))).toBe('token-unavailable');
    expect(await code(authenticatorFor(simulator))).toBe('token-unavailable');
    expect(await code(authenticatorFor(simulator))).toBe('through');
  });
});

describe('token requests', () => {
  test.each([
    { fault: 'another grant type', form: { grant_type: 'password' }, error: 'unsupported_grant_type' },
    { fault: 'another assertion type', form: { client_assertion_type: 'saml' }, error: 'invalid_client' },
    { fault: 'no assertion', form: { client_assertion: 'none' }, error: 'invalid_client' },
    { fault: 'another audience', claims: { aud: 'https://elsewhere.example' }, error: 'invalid_client' },
    { fault: 'a list of audiences', claims: { aud: ['https://elsewhere.example'] }, error: 'invalid_client' },
    { fault: 'an assertion that has expired', claims: { exp: 1 }, error: 'invalid_client' },
    { fault: 'an assertion that lives too long', claims: { exp: 9_999_999_999 }, error: 'invalid_client' },
    { fault: 'an assertion for later', claims: { nbf: 9_999_999_999 }, error: 'invalid_client' },
    { fault: 'an assertion without a proper id', claims: { jti: 'short' }, error: 'invalid_client' },
    { fault: 'another subject', claims: { sub: 'nobody' }, error: 'invalid_client' },
    { fault: 'a proof for another method', proven: { htm: 'GET' }, error: 'invalid_dpop_proof' },
    {
      fault: 'a proof for another address',
      proven: { htu: 'http://elsewhere.example/oauth/token' },
      error: 'invalid_dpop_proof',
    },
    { fault: 'an old proof', proven: { iat: 1 }, error: 'invalid_dpop_proof' },
    { fault: 'a proof with a made-up nonce', proven: { nonce: 'made-up' }, error: 'use_dpop_nonce' },
  ])('with $fault is refused with $error', async ({ form = {}, claims = {}, proven = {}, error }) => {
    const simulator = await start();
    const body = new URLSearchParams({ ...Object.fromEntries(await tokenForm(simulator, claims)), ...form });
    const answer = await fetch(simulator.oauth2.tokenUrl, {
      method: 'POST',
      body,
      headers: { dpop: await proof(simulator, proven) },
    });
    expect(answer.ok).toBe(false);
    expect(await answer.json()).toEqual({ error, error_description: expect.any(String) });
  });

  test('a token request with an assertion or a proof used before is refused', async () => {
    const simulator = await start();
    const nonce =
      (await fetch(simulator.oauth2.tokenUrl, { method: 'POST' })).headers.get('dpop-nonce') ?? '';
    const [body, dpop] = [await tokenForm(simulator), await proof(simulator, { nonce })];
    const ask = async (form: URLSearchParams, used: string) =>
      (
        await fetch(simulator.oauth2.tokenUrl, { method: 'POST', body: form, headers: { dpop: used } })
      ).json();
    expect(await ask(body, dpop)).toMatchObject({ token_type: 'DPoP', expires_in: 900, scope: 'enrollment' });
    expect(await ask(body, await proof(simulator, { nonce }))).toMatchObject({ error: 'invalid_client' });
    expect(await ask(await tokenForm(simulator), dpop)).toMatchObject({ error: 'invalid_dpop_proof' });
  });

  test('a token serves its own key only', async () => {
    const simulator = await start();
    const nonce =
      (await fetch(simulator.oauth2.tokenUrl, { method: 'POST' })).headers.get('dpop-nonce') ?? '';
    const issued = await fetch(simulator.oauth2.tokenUrl, {
      method: 'POST',
      body: await tokenForm(simulator),
      headers: { dpop: await proof(simulator, { nonce }) },
    });
    const { access_token: token } = (await issued.json()) as { access_token: string };
    const ath = createHash('sha256').update(token).digest('base64url');
    const htu = `${simulator.url}/cards/nobody`;
    const query = `?srcClientId=${programme.srcClientId}&serviceId=SRC`;
    const use = async (dpop: string) =>
      fetch(htu + query, { headers: { authorization: `DPoP ${token}`, dpop } });
    const thief = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const stolen = await use(await proof(simulator, { htm: 'GET', htu, ath, nonce }, thief));
    expect(stolen.status).toBe(401);
    expect(stolen.headers.get('www-authenticate')).toContain('invalid_token');
    expect((await use(await proof(simulator, { htm: 'GET', htu, nonce }))).status).toBe(401);
    expect((await use(await proof(simulator, { htm: 'GET', htu, ath, nonce }))).status).toBe(404);
  });
});

const seconds = ({ clock }: Started): number => Math.floor(clock.now() / 1000);

async function tokenForm(simulator: Started, claims: JWTPayload = {}): Promise<URLSearchParams> {
  const { clientId, issuer, kid } = simulator.oauth2;
  const now = seconds(simulator);
  const payload = {
    iss: clientId,
    sub: clientId,
    aud: issuer,
    iat: now,
    nbf: now - 5,
    exp: now + 90,
    jti: randomUUID(),
    ...claims,
  };
  const assertion = await new SignJWT(payload)
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', kid })
    .sign(client.key);
  return new URLSearchParams({
    client_id: clientId,
    grant_type: 'client_credentials',
    scope: 'enrollment',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
}

async function proof(simulator: Started, claims: JWTPayload = {}, key = dpopKey): Promise<string> {
  const payload = {
    htm: 'POST',
    htu: simulator.oauth2.tokenUrl,
    iat: seconds(simulator),
    jti: randomUUID(),
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(key.publicKey) })
    .sign(key.privateKey);
}
