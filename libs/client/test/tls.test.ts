import { createHash, X509Certificate } from 'node:crypto';
import { createServer as createTlsServer } from 'node:https';
import { describe, expect, test } from 'vitest';
import { answering, rawServer } from './raw-server.ts';
import { failureOf, pem, post, transport } from './wires.ts';

describe('TLS', () => {
  const identity = { key: pem('server.key.pem'), cert: pem('server.pem') };
  const trusted = { ca: pem('ca.pem') };
  const mutual = { ...identity, ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: true };
  const secure = async (options: object = identity) => {
    const server = await rawServer(answering(200, '{}'), (listener) => createTlsServer(options, listener));
    return { ...server, url: `https://localhost:${server.port}` };
  };
  const pinOf = (name: string) =>
    createHash('sha256')
      .update(new X509Certificate(pem(name)).publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');

  test.each([
    ['a known authority', identity, trusted],
    ['mutual', mutual, { ...trusted, key: pem('client.key.pem'), cert: pem('client.pem') }],
    ['a pinned key', identity, { ...trusted, pins: [pinOf('client.pem'), pinOf('server.pem')] }],
    ['TLS 1.2', { ...identity, maxVersion: 'TLSv1.2' }, trusted],
  ])('reaches a server with %s', async (_name, server, tls) => {
    const { url } = await secure(server);
    expect(await transport({ tls }).send(post(url))).toMatchObject({ status: 200 });
  });

  test.each([
    ['an authority that is not known', identity, {}],
    ['a key that is not pinned', identity, { ...trusted, pins: [pinOf('client.pem')] }],
    [
      'TLS 1.1',
      { ...identity, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      trusted,
    ],
  ])('sends nothing to a server with %s', async (_name, options, tls) => {
    const server = await secure(options);
    expect(await failureOf(transport({ tls }).send(post(server.url)))).toMatchObject({
      reason: 'TLS_FAILED',
      sent: false,
    });
    expect(server.arrivals).toHaveLength(0);
  });

  test('sends nothing to a server with another name', async () => {
    const server = await secure();
    const error = await failureOf(transport({ tls: trusted }).send(post(`https://127.0.0.2:${server.port}`)));
    expect(error).toMatchObject({ sent: false });
  });

  test('sends nothing where there is no TLS', async () => {
    const server = await rawServer(answering(200, '{}'));
    const error = await failureOf(transport().send(post(`https://127.0.0.1:${server.port}`)));
    expect(error).toMatchObject({ reason: 'TLS_FAILED', sent: false });
  });

  // Under TLS 1.3 a client may write before the server has judged its certificate, so that it cannot be told
  // from a lost connection.
  test.each([
    ['TLSv1.2', { reason: 'TLS_FAILED', sent: false }],
    ['TLSv1.3', { reason: 'CONNECTION_LOST', sent: true }],
  ])('without a certificate the server asks for, nothing is taken (%s)', async (version, expected) => {
    const server = await secure({ ...mutual, minVersion: version, maxVersion: version });
    expect(await failureOf(transport({ tls: trusted }).send(post(server.url)))).toMatchObject(expected);
    expect(server.arrivals).toHaveLength(0);
  });
});
