import { createPrivateKey, generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import { oauth1, requestBaseString, type Authenticator } from '@enrollkit/signing';
import OfficialSigner from 'mastercard-oauth1-signer';

/**
 * Signing one request: ours beside mastercard-oauth1-signer and beside the floor, which is what no signer can do
 * without: node:crypto's hash of the body and its signature of a finished base string with a parsed key. All in one
 * run, one contender after the other in each round, so that a slow second hits all of them; the median round counts.
 */
export interface SigningRow {
  readonly contender: string;
  /** Microseconds per signed request, one at a time: median over the rounds. */
  readonly alone: number;
  /** Microseconds per signed request with eight in flight: median over the rounds. */
  readonly eightInFlight: number;
}

interface Contender {
  readonly name: string;
  readonly signOne: () => unknown;
}

const ROUNDS = 31;
const PER_ROUND = 40;
const IN_FLIGHT = 8;
const METHOD = 'POST';
const URL_TEXT = 'https://sandbox.api.mastercard.com/src/api/digital/payments/cards/batch?page=1';
const CONSUMER_KEY = `${'c'.repeat(48)}!${'0'.repeat(48)}`;

/** Measures; takes about ten seconds. */
export async function measureSigning(bodyLength = 10_000): Promise<readonly SigningRow[]> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const contenders = contendersFor(String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 'x'.repeat(bodyLength));
  const alone = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const together = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -6; round < ROUNDS; round += 1) {
    for (const { name, signOne } of contenders) {
      const single = await timePerSignature(signOne, 1);
      const eight = await timePerSignature(signOne, IN_FLIGHT);
      if (round < 0) continue; // the first rounds warm up
      alone.get(name)?.push(single);
      together.get(name)?.push(eight);
    }
  }
  return contenders.map(({ name }) => ({ contender: name, alone: median(alone.get(name)), eightInFlight: median(together.get(name)) }));
}

function contendersFor(pem: string, payload: string): readonly Contender[] {
  const key = createPrivateKey(pem);
  const body = Buffer.from(payload);
  const url = new URL(URL_TEXT);
  const signer: Authenticator = oauth1({ consumerKey: CONSUMER_KEY, key });
  const base = Buffer.from(requestBaseString({ method: METHOD, url }, { oauth_consumer_key: CONSUMER_KEY, oauth_nonce: 'n'.repeat(16) }));
  return [
    { name: 'node:crypto alone, on the thread', signOne: () => [hash('sha256', body, 'base64'), sign('sha256', base, key)] },
    { name: 'node:crypto alone, on the pool', signOne: () => [hash('sha256', body, 'base64'), signOnPool(base, key)][1] },
    { name: '@enrollkit/signing', signOne: () => signer.authenticate({ method: METHOD, url, body }) },
    { name: 'mastercard-oauth1-signer 1.2.0', signOne: () => OfficialSigner.getAuthorizationHeader(URL_TEXT, METHOD, payload, CONSUMER_KEY, pem) },
  ];
}

function signOnPool(data: Buffer, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', data, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  });
}

async function timePerSignature(signOne: () => unknown, inFlight: number): Promise<number> {
  const began = process.hrtime.bigint();
  for (let done = 0; done < PER_ROUND; done += inFlight) {
    await Promise.all(Array.from({ length: inFlight }, signOne));
  }
  return Number(process.hrtime.bigint() - began) / 1000 / PER_ROUND;
}

function median(values: readonly number[] = []): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const rows = await measureSigning();
  const ours = rows.find(({ contender }) => contender.startsWith('@enrollkit'));
  const ratio = (one: number, other = Number.NaN): string => `${(one / other).toFixed(2)} x ours`;
  for (const { contender, alone, eightInFlight } of rows) {
    console.log(
      `${contender.padEnd(36)} alone ${alone.toFixed(0).padStart(6)} us (${ratio(alone, ours?.alone)})   8 in flight ${eightInFlight.toFixed(0).padStart(6)} us (${ratio(eightInFlight, ours?.eightInFlight)})`,
    );
  }
}
