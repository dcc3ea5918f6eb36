import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openClickToPayClient, type ClickToPayFiles } from '../src/index.ts';
import { serviceId, srcClientId } from './enrollment.ts';
import { proxy } from './proxy.ts';
import { answering, rawServer, type Behaviour } from './raw-server.ts';
import { pem } from './wires.ts';

const consumerKey = `${'c'.repeat(48)}!${'k'.repeat(48)}`;
const signing = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const published = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const kid = '20261001000000-sandbox-fpan-encryption-src-mastercard-int';
const keys = { keys: [{ ...published, kid, use: 'enc', alg: 'RSA-OAEP-256' }] };

function files(baseUrl: string, more: Partial<ClickToPayFiles> = {}): ClickToPayFiles {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-client-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'signing.pem');
  writeFileSync(file, signing.export({ type: 'pkcs8', format: 'pem' }));
  chmodSync(file, 0o600);
  const consumerKeyFile = join(folder, 'consumer-key.txt');
  writeFileSync(consumerKeyFile, `${consumerKey}\n`);
  return {
    baseUrl,
    srcClientId,
    serviceId,
    signingKey: { file },
    consumerKeyFile,
    keySetUrl: `${baseUrl}/keys`,
    ...more,
  };
}

async function opened(given: ClickToPayFiles) {
  const client = await openClickToPayClient(given);
  onTestFinished(() => client.close());
  return client;
}

const body = (reference: string) =>
  ({
    consumer: {
      consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: 'a@example.com' },
      mobileNumber: { countryCode: '1', phoneNumber: '5555550100' },
      firstName: 'A',
      lastName: 'B',
      countryCode: 'US',
      languageCode: 'EN',
    },
    cardSource: 'ISSUER',
    complianceSettings: { tnc: { latestVersionUri: 'https://provider.example/terms' } },
    encryptedCard: {
      primaryAccountNumber: '5555550000000000',
      panExpirationMonth: '12',
      panExpirationYear: '2031',
      paymentAccountReference: reference,
    },
  }) as const;

const answers: Behaviour = (response, arrival, socket) =>
  answering(200, arrival.url === '/keys' ? keys : { srcCorrelationId: 'x', maskedCard })(
    response,
    arrival,
    socket,
  );
const provider = () => rawServer(answers);
const maskedCard = {
  srcDigitalCardId: 'D-1',
  panBin: '555555',
  panLastFour: '0000',
  digitalCardData: { status: 'ACTIVE', descriptorName: 'Bank', artUri: 'https://bank.example/a.png' },
  dateOfCardCreated: '2026-10-01T09:30:00.000Z',
};

describe('a client opened from files', () => {
  test('signs with the key of the file and seals to the newest published key', async () => {
    const server = await provider();
    const client = await opened(files(server.url));
    expect(await client.putCard({ body: body('one') })).toMatchObject({ status: 200 });
    const [asked, sent] = server.arrivals;
    expect(asked?.url).toBe('/keys');
    expect(sent?.headers.authorization).toContain(encodeURIComponent(consumerKey).slice(0, 48));
    const token = (JSON.parse(String(sent?.body)) as { encryptedCard: string }).encryptedCard;
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ kid });
  });

  test('reaches API and key set through the proxy that is configured, and in no other way', async () => {
    const server = await provider();
    const { url, seen } = await proxy();
    const client = await opened(files(server.url, { transport: { proxy: url } }));
    await client.putCard({ body: body('two') });
    const host = server.url.replace('http://', '');
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect(seen.every((line) => line.includes(host))).toBe(true);
    expect(server.connections()).toBeLessThanOrEqual(seen.length);
  });

  test('tunnels every TLS connection through the proxy, to API and key set alike, and trusts the same authority', async () => {
    const identity = { key: pem('server.key.pem'), cert: pem('server.pem') };
    const server = await rawServer(answers, (listener) => createTlsServer(identity, listener));
    const { url, seen } = await proxy();
    const tls = { ca: pem('ca.pem') };
    const target = `localhost:${server.port}`;
    const client = await opened(files(`https://${target}`, { transport: { proxy: url, tls } }));
    expect(await client.putCard({ body: body('three') })).toMatchObject({ status: 200 });
    expect(server.arrivals.map(({ url }) => url.split('?')[0])).toEqual(['/keys', '/cards']);
    expect(new Set(seen)).toEqual(new Set([`CONNECT ${target}`]));
    expect(server.connections()).toBe(seen.length);
  });

  test('ends at the time-out of the call when the key set is never answered, and has sent nothing', async () => {
    const server = await rawServer((response, arrival, socket) => {
      if (arrival.url !== '/keys') return answers(response, arrival, socket);
    });
    const client = await opened(files(server.url));
    const error: unknown = await client
      .putCard({ body: body('four') }, { timeoutMs: 50 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ outcome: 'not-taken', safeToRetry: true, sent: false });
    expect(server.arrivals.map(({ url }) => url)).toEqual(['/keys']);
  });

  test.each([
    ['consumerKeyFile', { consumerKeyFile: '/no/such/file' }, /^file-unreadable$/],
    ['keySetUrl', { keySetUrl: undefined }, /^file-unreadable$/],
    ['baseUrl', { baseUrl: 'http://api.mastercard.com' }, /^base-url-invalid$/],
    ['directory in place of a key', { signingKey: { file: tmpdir() } }, /^[a-z-]+$/],
  ])('says what is wrong with %s, and what to do', async (_name, wrong, code) => {
    const given = { ...files('http://127.0.0.1:1'), ...wrong } as ClickToPayFiles;
    const error: unknown = await openClickToPayClient(given).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: expect.stringMatching(code) as string,
      hint: expect.any(String) as string,
    });
  });
});
