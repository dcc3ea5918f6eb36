import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { serveSchema } from '../../src/config/serve-schema.ts';
import { account, GuardedServer, password } from './guarded-server.ts';
import { requestText, sendRaw, statusOf } from './raw-request.ts';

const certificates = join(import.meta.dirname, '../../../../libs/client/test/tls');

let server: GuardedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('a console that other machines reach', () => {
  const messageOf = (serve: object): string =>
    serveSchema.safeParse(serve).error?.issues[0]?.message ?? 'taken';

  it('needs TLS, of its own or of a proxy that has an https:// address', () => {
    for (const host of [
      '0.0.0.0',
      '::',
      '192.0.2.1',
      'enrollkit.example',
      '127.0.0.1.evil.example',
      'localhost.',
    ])
      expect(messageOf({ host }), host).toMatch(/set serve\.tls, or serve\.behindProxy/);
    for (const host of ['127.0.0.1', '127.0.0.53', '::1', 'localhost'])
      expect(messageOf({ host }), host).toBe('taken');
    expect(messageOf({ behindProxy: true })).toMatch(/publicUrl|https/);
    expect(messageOf({ behindProxy: true, publicUrl: 'http://console.example' })).not.toBe('taken');
    expect(messageOf({ behindProxy: true, publicUrl: 'https://console.example/path' })).toMatch(
      /must be an origin/,
    );
    expect(messageOf({ host: '0.0.0.0', publicUrl: 'https://console.example' })).not.toBe('taken');
    expect(messageOf({ host: '0.0.0.0', behindProxy: true, publicUrl: 'https://console.example' })).toBe(
      'taken',
    );
  });

  it('needs users: nobody signs in to it by a link', async () => {
    const behindProxy = { behindProxy: true, publicUrl: 'https://console.example' };
    for (const serve of [behindProxy, { host: '0.0.0.0', ...behindProxy }])
      await expect(GuardedServer.open({ serve })).rejects.toThrow(/nobody has an account/);
  });
});

describe('a console behind a proxy', () => {
  const ask = (headers: Readonly<Record<string, string>>): Promise<string> =>
    sendRaw(
      server?.port ?? 0,
      requestText('GET /api/session/options', { Host: 'console.example', ...headers }),
    );

  it('answers its public name over TLS only, and counts attempts by the address that the proxy adds last', async () => {
    server = await GuardedServer.open({
      accounts: [await account('alice', 'admin')],
      serve: { behindProxy: true, publicUrl: 'https://console.example' },
    });
    expect(statusOf(await ask({ 'X-Forwarded-Proto': 'https' }))).toBe(200);
    for (const proto of ['http', 'http, https', 'https, http', ''])
      expect(statusOf(await ask({ 'X-Forwarded-Proto': proto })), proto).toBe(403);
    expect(statusOf(await ask({}))).toBe(403);
    const inside = `127.0.0.1:${server.port}`;
    expect(statusOf(await ask({ Host: inside, 'X-Forwarded-Proto': 'https' }))).toBe(421);
    const body = JSON.stringify({ userName: 'alice', password });
    const signIn = await sendRaw(
      server.port,
      requestText(
        'POST /api/session/login',
        {
          Host: 'console.example',
          Origin: 'https://console.example',
          'X-Forwarded-Proto': 'https',
          'X-Forwarded-For': '203.0.113.1, 192.0.2.7',
          'Content-Type': 'application/json',
          'Content-Length': String(body.length),
        },
        body,
      ),
    );
    expect(signIn).toMatch(
      /set-cookie: __Host-enrollkit_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict\r\n/i,
    );
    expect(signIn).toMatch(/strict-transport-security: max-age=31536000\r\n/i);
    expect(server.events.at(-1)).toMatchObject({ kind: 'signed-in', address: '192.0.2.7' });
  });
});

describe('a console with a certificate', () => {
  it('speaks TLS and nothing else, with cookies that no other host can set', async () => {
    const at = await GuardedServer.open({
      accounts: [await account('alice', 'viewer')],
      serve: { tls: { certFile: join(certificates, 'server.pem'), keyFile: 'server.key' } },
      prepare: (folder) => {
        copyFileSync(join(certificates, 'server.key.pem'), join(folder, 'server.key'));
        chmodSync(join(folder, 'server.key'), 0o600);
      },
    });
    server = at;
    const body = JSON.stringify({ userName: 'alice', password });
    const answered = await new Promise<{ cookies: readonly string[]; body: string }>((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: at.port,
          path: '/api/session/login',
          method: 'POST',
          ca: readFileSync(join(certificates, 'ca.pem')),
          servername: 'localhost',
          headers: {
            origin: `https://127.0.0.1:${at.port}`,
            'content-type': 'application/json',
            'content-length': body.length,
          },
        },
        (response) =>
          void text(response).then((read) =>
            resolve({ cookies: response.headers['set-cookie'] ?? [], body: read }),
          ),
      );
      call.on('error', reject).end(body);
    });
    expect(JSON.parse(answered.body)).toMatchObject({ user: 'alice' });
    expect(answered.cookies[0]).toMatch(
      /^__Host-enrollkit_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    const plain = await sendRaw(at.port, requestText('GET /', { Host: `127.0.0.1:${at.port}` }));
    expect(plain).not.toContain('200 OK');
  });
});
