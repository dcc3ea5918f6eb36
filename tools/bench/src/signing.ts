import { createPrivateKey, generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import { oauth1, requestBaseString, type Authenticator } from '@enrollkit/signing';
import OfficialSigner from 'mastercard-oauth1-signer';

/**
 * Signing one request: ours beside mastercard-oauth1-signer and beside the floor, which is what no signer can
 * do without: node:crypto's hash of the body and its signature of a finished base string with a parsed key.
 * All in one run, one contender after the other in short rounds, so that a slow second hits all of them.
 * Times are medians over the rounds; ratios are taken within each round, and then their median, so that a
 * busy machine disturbs them least.
 */
export interface SigningRow {
  readonly contender: string;
  readonly alone: SigningFigures;
  readonly eightInFlight: SigningFigures;
}

/** One way of asking: one request at a time, or eight in flight. */
export interface SigningFigures {
  /** Microseconds per signed request. */
  readonly micros: number;
  /** How many times ours it takes. */
  readonly timesOurs: number;
}

interface Contender {
  readonly name: string;
  readonly signOne: () => unknown;
}

const OURS = '@enrollkit/signing';
const ROUNDS = 80;
const PER_ROUND = 16;
const IN_FLIGHT = 8;
const METHOD = 'POST';
const URL_TEXT = 'https://sandbox.api.mastercard.com/src/api/digital/payments/cards/batch?page=1';
const CONSUMER_KEY = `${'c'.repeat(48)}!${'0'.repeat(48)}`;

/** Measures; takes about ten seconds. */
export async function measureSigning(bodyLength = 10_000): Promise<readonly SigningRow[]> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const contenders = contendersFor(
    String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    'x'.repeat(bodyLength),
  );
  const alone: number[][] = [];
  const together: number[][] = [];
  for (let round = -15; round < ROUNDS; round += 1) {
    const single: number[] = [];
    const eight: number[] = [];
    for (const { signOne } of contenders) {
      single.push(await timePerSignature(signOne, 1));
      eight.push(await timePerSignature(signOne, IN_FLIGHT));
    }
    if (round < 0) continue; // the first rounds warm up
    alone.push(single);
    together.push(eight);
  }
  const ours = contenders.findIndex(({ name }) => name === OURS);
  const figures = (rounds: readonly number[][], index: number): SigningFigures => ({
    micros: median(rounds.map((times) => times[index])),
    timesOurs: median(rounds.map((times) => (times[index] ?? Number.NaN) / (times[ours] ?? Number.NaN))),
  });
  return contenders.map(({ name }, index) => ({
    contender: name,
    alone: figures(alone, index),
    eightInFlight: figures(together, index),
  }));
}

function contendersFor(pem: string, payload: string): readonly Contender[] {
  const key = createPrivateKey(pem);
  const body = Buffer.from(payload);
  const url = new URL(URL_TEXT);
  const signer: Authenticator = oauth1({ consumerKey: CONSUMER_KEY, key });
  const base = Buffer.from(
    requestBaseString(
      { method: METHOD, url },
      { oauth_consumer_key: CONSUMER_KEY, oauth_nonce: 'n'.repeat(16) },
    ),
  );
  return [
    {
      name: 'node:crypto alone, on the thread',
      signOne: () => [hash('sha256', body, 'base64'), sign('sha256', base, key)],
    },
    {
      name: 'node:crypto alone, on the pool',
      signOne: () => [hash('sha256', body, 'base64'), signOnPool(base, key)][1],
    },
    { name: OURS, signOne: () => signer.authenticate({ method: METHOD, url, body }) },
    {
      name: 'mastercard-oauth1-signer 1.2.0',
      signOne: () => OfficialSigner.getAuthorizationHeader(URL_TEXT, METHOD, payload, CONSUMER_KEY, pem),
    },
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

function median(values: readonly (number | undefined)[]): number {
  const sorted = values.filter((value) => value !== undefined).toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const shown = ({ micros, timesOurs }: SigningFigures): string =>
    `${micros.toFixed(0).padStart(6)} us (${timesOurs.toFixed(2)} x ours)`;
  for (const { contender, alone, eightInFlight } of await measureSigning()) {
    console.log(
      `${contender.padEnd(34)} alone ${shown(alone)}   ${IN_FLIGHT} in flight ${shown(eightInFlight)}`,
    );
  }
}
