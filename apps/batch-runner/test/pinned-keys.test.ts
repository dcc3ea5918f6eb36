import { createPublicKey, generateKeyPairSync, type webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PublicKey } from '@enrollkit/keys';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const settings = `sending:
  batchSize: 5
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;
const DAY_MS = 24 * 3_600_000;

type Jwk = webcrypto.JsonWebKey & { readonly kid?: string };
interface JwkSet {
  readonly keys: readonly Jwk[];
}

async function opened(): Promise<Harness> {
  const harness = await Harness.open({}, settings);
  onTestFinished(() => harness.close());
  return harness;
}

async function setOf(harness: Harness): Promise<JwkSet> {
  return (await (await fetch(harness.simulator.keys.url)).json()) as JwkSet;
}

function thumbprintOf({ keys: [jwk] }: JwkSet): string {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  return new PublicKey(key, { container: 'jwk' }).thumbprint;
}

/** The set that somebody else would serve: the same kids, and keys whose other half is theirs. */
function forged({ keys }: JwkSet): JwkSet {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  return { keys: keys.map(({ kid = '' }) => ({ ...jwk, kid })) };
}

/** Serves whatever `body` is at the time; stopped when the test ends, or before. */
async function serve(body: () => string, tls?: { readonly key: string; readonly cert: string }) {
  const answer = (_request: unknown, response: { end: (text: string) => unknown }): unknown =>
    response.end(body());
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(stop);
  const { port } = server.address() as AddressInfo;
  return {
    url: tls === undefined ? `http://127.0.0.1:${port}/keys` : `https://localhost:${port}/keys`,
    stop,
  };
}

const from = (url: string, ...more: string[]): string[] =>
  [`encryption.keySetUrl=${url}`, ...more].flatMap((one) => ['--set', one]);

/** A cache file as a run would have left it, with something changed. */
function cache(
  harness: Harness,
  url: string,
  change: { readonly set: JwkSet; readonly confirmedAt?: number },
): string {
  const { set, confirmedAt = Date.now() } = change;
  return harness.write(
    'enrollkit.keys.json',
    JSON.stringify({ where: url, body: JSON.stringify(set), confirmedAt }),
  );
}

const nothingSealed = (harness: Harness): void =>
  expect(harness.simulator.world()).toMatchObject({ batches: 0 });

describe('a key set of which no key is pinned', () => {
  it('is warned of when a run starts and by doctor, until keys adopt pins its key', async () => {
    const harness = await opened();
    const thumbprint = thumbprintOf(await setOf(harness));
    const doctor = await harness.enrollkit('doctor');
    expect(doctor.out).toContain('no key is pinned');
    expect(doctor.out).toContain(`enrollkit keys adopt ${thumbprint}`);
    const input = harness.write('in.csv', cardholders(10));
    expect(await harness.enrollkit('run', input)).toMatchObject({
      code: 0,
      err: expect.stringContaining('warning: no key is pinned'),
    });
    expect(await harness.enrollkit('keys', 'adopt', thumbprint)).toMatchObject({
      code: 0,
      out: expect.stringContaining('may be sealed to this key from now on'),
    });
    expect(readFileSync(harness.path('enrollkit.yaml'), 'utf8')).toMatch(
      new RegExp(`pinnedKeys:\\n +- "?${thumbprint}`),
    );
    const pinned = await harness.enrollkit('doctor');
    expect(pinned.out).toMatch(/provider keys.*\(pinned\), confirmed just now/);
    expect(pinned.out).not.toContain('no key is pinned');
    expect((await harness.enrollkit('keys', 'list')).out).toContain(`thumbprint ${thumbprint}, pinned`);
    expect((await harness.enrollkit('audit')).out).toContain('keys adopt');
  });
});

describe('a pinned key', () => {
  it('the key set has another key under the kid of the pinned one', async () => {
    const harness = await opened();
    const set = await setOf(harness);
    let served = forged(set);
    const { url } = await serve(() => JSON.stringify(served));
    const pin = `encryption.pinnedKeys=${thumbprintOf(set)}`;
    const ended = await harness.enrollkit(...from(url, pin), 'run', harness.write('in.csv', cardholders(10)));
    expect(ended).toMatchObject({ code: 4, err: expect.stringContaining(thumbprintOf(served)) });
    expect(ended.err).toMatch(/which is not pinned.*\nhint: Compare the thumbprint.*enrollkit keys adopt/);
    nothingSealed(harness);
    // The kid does not help the forger when it is configured, either.
    const kid = `encryption.kid=${set.keys[0]?.kid ?? ''}`;
    expect(await harness.enrollkit(...from(url, pin, kid), 'resume')).toMatchObject({ code: 4 });
    nothingSealed(harness);
    served = set;
    rmSync(harness.path('enrollkit.keys.json'), { force: true });
    expect(await harness.enrollkit(...from(url, pin), 'resume')).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 10, enrolledMoreThanOnce: 0 });
  });

  it('the key set offers a new key, and only the old one is pinned', async () => {
    const harness = await opened();
    const old = thumbprintOf(await setOf(harness));
    expect(await harness.enrollkit('keys', 'adopt', old)).toMatchObject({ code: 0 });
    await harness.simulator.rotateKey('accept');
    // As an hour later, when the set is asked for again.
    rmSync(harness.path('enrollkit.keys.json'));
    const input = harness.write('in.csv', cardholders(10));
    const stopped = await harness.enrollkit('run', input);
    const offered = /keys adopt ([\w-]{43})/.exec(stopped.err)?.[1] ?? '';
    expect({ code: stopped.code, isNew: offered !== old && offered !== '' }).toEqual({
      code: 4,
      isNew: true,
    });
    nothingSealed(harness);
    const before = readFileSync(harness.path('enrollkit.yaml'), 'utf8');
    expect(await harness.enrollkit('keys', 'adopt', 'A'.repeat(43))).toMatchObject({
      code: 2,
      err: expect.stringContaining('somebody else may be answering'),
    });
    expect(readFileSync(harness.path('enrollkit.yaml'), 'utf8')).toBe(before);
    expect(await harness.enrollkit('keys', 'adopt', offered)).toMatchObject({ code: 0 });
    expect(await harness.enrollkit('run', input)).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 10, enrolledMoreThanOnce: 0 });
  });
});

describe('a key set that somebody else serves', () => {
  const certificates = join(import.meta.dirname, '..', '..', '..', 'libs', 'client', 'test', 'tls');
  const pem = (name: string): string => readFileSync(join(certificates, name), 'utf8');

  it('the key set is served with a certificate that is not trusted', async () => {
    const harness = await opened();
    const set = await setOf(harness);
    const { url } = await serve(() => JSON.stringify(forged(set)), {
      key: pem('server.key.pem'),
      cert: pem('server.pem'),
    });
    const input = harness.write('in.csv', cardholders(10));
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const ended = await harness.startIn({ environment }, ...from(url), 'run', input).ended;
    expect(ended).toMatchObject({ code: 4, err: expect.stringContaining('no answer; expected a JWK set') });
    nothingSealed(harness);
  });

  it('is used over TLS when the authority of the provider is the one configured for the API', async () => {
    const harness = await opened();
    const set = await setOf(harness);
    const { url } = await serve(() => JSON.stringify(set), {
      key: pem('server.key.pem'),
      cert: pem('server.pem'),
    });
    harness.write('ca.pem', pem('ca.pem'));
    const input = harness.write('in.csv', cardholders(10));
    expect(await harness.enrollkit(...from(url, 'provider.caFile=ca.pem'), 'run', input)).toMatchObject({
      code: 0,
    });
  });
});

describe('a cached key set', () => {
  it.each([
    [
      'that nobody has confirmed for 31 days',
      { confirmedAt: Date.now() - 31 * DAY_MS },
      /last confirmed 31 days ago/,
    ],
    ['that was confirmed in the future', { confirmedAt: Date.now() + 2 * DAY_MS }, /no answer/],
  ])('%s is not used while its address does not answer', async (_name, change, words) => {
    const harness = await opened();
    const { url, stop } = await serve(() => '');
    stop();
    cache(harness, url, { set: await setOf(harness), ...change });
    const ended = await harness.enrollkit(...from(url), 'run', harness.write('in.csv', cardholders(10)));
    expect(ended).toMatchObject({ code: 4, err: expect.stringMatching(words) });
    nothingSealed(harness);
  });

  it('is used, and its age told, when it is young enough', async () => {
    const harness = await opened();
    const { url, stop } = await serve(() => '');
    stop();
    cache(harness, url, { set: await setOf(harness), confirmedAt: Date.now() - 3 * DAY_MS });
    const doctor = await harness.enrollkit(...from(url), 'doctor');
    expect(doctor.out).toContain('confirmed 3 days ago (from the cache)');
    const input = harness.write('in.csv', cardholders(10));
    expect(await harness.enrollkit(...from(url), 'run', input)).toMatchObject({
      code: 0,
      err: expect.stringContaining(
        'its keys are used as they were confirmed 3 days ago (from the cache)',
      ) as string,
    });
  });

  it('the cached key set belongs to another user', { skip: process.getuid?.() !== 0 }, async () => {
    const harness = await opened();
    const { url } = await serve(() => '');
    chownSync(cache(harness, url, { set: forged(await setOf(harness)) }), 12_345, 12_345);
    const ended = await harness.enrollkit(...from(url), 'run', harness.write('in.csv', cardholders(10)));
    expect(ended).toMatchObject({
      code: 2,
      err: expect.stringMatching(/the owner 12345.*\nhint: Delete it/),
    });
    nothingSealed(harness);
  });

  it('with a forged key never gets past the pin', async () => {
    const harness = await opened();
    const set = await setOf(harness);
    const { url, stop } = await serve(() => '');
    stop();
    cache(harness, url, { set: forged(set) });
    const pin = `encryption.pinnedKeys=${thumbprintOf(set)}`;
    expect(
      await harness.enrollkit(...from(url, pin), 'run', harness.write('in.csv', cardholders(10))),
    ).toMatchObject({
      code: 4,
      err: expect.stringContaining('which is not pinned'),
    });
    nothingSealed(harness);
    writeFileSync(harness.path('enrollkit.keys.json'), '');
  });
});
