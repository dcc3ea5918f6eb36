import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as forward } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseFaults } from '@enrollkit/provider-simulator';
import { describe, it, type TestContext } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';

const settings = `sending:
  batchSize: 5
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

async function harnessWith({ onTestFinished }: TestContext, faults = '', more = ''): Promise<Harness> {
  const harness = await Harness.open(
    { faults: parseFaults(faults), verify: more === '' ? 'all' : 'none' },
    settings,
  );
  onTestFinished(() => harness.close());
  return harness;
}

/** The provider behind TLS, as a gateway terminates it. */
async function secured(
  { onTestFinished }: TestContext,
  harness: Harness,
  options: ServerOptions,
): Promise<number> {
  const gateway = createServer(options, (incoming, answer) => {
    const { pathname, search } = new URL(incoming.url ?? '/', 'https://localhost');
    const onwards = forward(
      `${harness.simulator.origin}${pathname}${search}`,
      { method: incoming.method, headers: incoming.headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onwards.on('error', () => answer.destroy());
    incoming.pipe(onwards);
  });
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  onTestFinished(() => gateway.closeAllConnections());
  onTestFinished(() => void gateway.close());
  return (gateway.address() as AddressInfo).port;
}

describe('the connection to the provider', { timeout: 180_000 }, () => {
  const certificates = join(import.meta.dirname, '..', '..', '..', 'libs', 'client', 'test', 'tls');
  const pem = (name: string): string => readFileSync(join(certificates, name), 'utf8');
  const pinOf = (name: string): string =>
    createHash('sha256')
      .update(new X509Certificate(pem(name)).publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');

  it('the key of the server is not one of the pinned', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test, '', "the address that is signed is not the simulator's own");
    const port = await secured(test, harness, {
      key: pem('server.key.pem'),
      cert: pem('server.pem'),
      ca: pem('ca.pem'),
      requestCert: true,
      rejectUnauthorized: true,
      maxVersion: 'TLSv1.2',
    });
    for (const name of ['ca.pem', 'client.pem', 'client.key.pem']) harness.write(name, pem(name));
    const url = new URL(harness.simulator.url);
    const input = harness.write('in.csv', cardholders(10));
    const run = (...set: string[]) =>
      harness.enrollkit(
        ...[
          `provider.baseUrl=https://localhost:${port}${url.pathname}`,
          'provider.caFile=ca.pem',
          ...set,
        ].flatMap((each) => ['--set', each]),
        'run',
        input,
      );
    const ours = ['provider.clientCertFile=client.pem', 'provider.clientKeyFile=client.key.pem'];

    expect(await run(...ours, `provider.pinnedKeySha256=${pinOf('client.pem')}`)).toMatchObject({
      code: 4,
      err: expect.stringContaining('TLS_FAILED'),
    });
    expect(await run()).toMatchObject({ code: 4, err: expect.stringContaining('TLS_FAILED') });
    expect(harness.simulator.world().batches).toBe(0);
    expect(await run('provider.clientCertFile=client.pem')).toMatchObject({
      code: 2,
      err: expect.stringContaining('needs clientKeyFile'),
    });
    expect(await run(`provider.pinnedKeySha256=nonsense`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('44 characters'),
    });
    expect(
      await run(...ours, `provider.pinnedKeySha256=${pinOf('client.pem')},${pinOf('server.pem')}`),
    ).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 10, enrolledMoreThanOnce: 0 });
  });
});
