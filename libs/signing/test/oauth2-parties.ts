import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect } from 'vitest';
import type { AuthorizationServerOptions } from '../src/authorization-server/index.ts';
import type { Authenticator } from '../src/index.ts';
import { type OAuth2Options, type TokenError } from '../src/oauth2/index.ts';
import { serveAuthorization } from './serve-authorization.ts';

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const clients = {
  rsaClient: { kid: 'rsa-kid', publicKey: rsa.publicKey, scopes: ['cards:write', 'cards:read'] },
  ecClient: { kid: 'ec-kid', publicKey: ec.publicKey, scopes: ['cards:write', 'cards:read'] },
};
export const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

export async function startServer(options: Partial<AuthorizationServerOptions> = {}) {
  const served = await serveAuthorization({ clients, ...options });
  closers.push(served.close);
  return served;
}

export async function startStub(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => void server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const rsaOptions = (issuer: string): OAuth2Options => ({
  clientId: 'rsaClient',
  kid: 'rsa-kid',
  key: rsa.privateKey,
  issuer,
  scopes: ['cards:write'],
});

/** Sends as the client does: at most once more, and only when the authenticator says that it is worth it. */
export async function send(authenticator: Authenticator, url: URL, body = '{}') {
  for (let attempt = 1; ; attempt += 1) {
    const request = { method: 'POST', url, body: Buffer.from(body) };
    const sent = await authenticator.authenticate(request);
    const response = await fetch(url, { method: 'POST', headers: sent, body });
    const text = await response.text();
    const again =
      authenticator.learn?.({ url, sent, status: response.status, headers: response.headers, body: text }) ??
      false;
    if (!again || attempt === 2) return { status: response.status, attempts: attempt, text };
  }
}

export const failure = (promise: Promise<unknown>): Promise<TokenError> =>
  promise.then(
    () => expect.fail('nothing was thrown'),
    (error: TokenError) => error,
  );
export const request = (issuer: string) => ({
  method: 'GET',
  url: new URL('/cards', issuer),
  body: new Uint8Array(),
});

export function signPss(data: Uint8Array, key: KeyObject): Uint8Array {
  return sign('sha256', data, { key, padding: 6, saltLength: 32 });
}
