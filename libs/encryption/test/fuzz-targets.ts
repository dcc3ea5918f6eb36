import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeededRandom } from '@enrollkit/base';
import type { FuzzTarget } from '@enrollkit/testkit';
import { CompactEncrypt } from 'jose';
import { decryptionKey, EncryptionError, headerOf, open, type OpenOptions } from '../src/index.ts';
import { craft } from './crafting.ts';

const privateKey = createPrivateKey(readFileSync(join(import.meta.dirname, 'fixtures', 'peer.key.pem')));
const publicKey = createPublicKey(privateKey);
const keys = [decryptionKey(privateKey), decryptionKey(privateKey, { kid: 'a' })];

const alg = 'RSA-OAEP-256';
const sealed = async (enc: string, kid?: string) =>
  new CompactEncrypt(randomBytes(37))
    .setProtectedHeader({ alg, enc, ...(kid === undefined ? {} : { kid }) })
    .encrypt(publicKey);
const tokens = [
  ...(await Promise.all(['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256'].map((enc) => sealed(enc)))),
  await sealed('A128GCM', 'a'),
  craft({ header: { alg, enc: 'A128GCM' }, iv: randomBytes(16), publicKey }),
  craft({ header: { alg, enc: 'A256GCM', kid: 'a' }, cek: randomBytes(32), iv: randomBytes(16), publicKey }),
];

/**
 * Whatever opens must be one of the tokens as they were made; in the tolerant reading, with its letters in
 * either alphabet.
 */
async function outcome(input: string, options: OpenOptions, random: SeededRandom): Promise<string> {
  const same = options.tolerate === undefined ? input : input.replaceAll('+', '-').replaceAll('/', '_');
  try {
    if (random.chance(0.1)) headerOf(input, options);
    await open(input, keys[random.integer(0, 2)] ?? keys, options);
  } catch (error) {
    if (!(error instanceof EncryptionError)) throw error;
    return error.code;
  }
  if (!tokens.includes(same)) throw new Error('a token that nobody sealed has opened');
  return 'opened';
}

const readings: readonly [OpenOptions, ...OpenOptions[]] = [{}, { tolerate: 'mastercard-libraries' }];

/** Names and values a header may be made of, sensible and not. */
const headerParts: Readonly<Record<string, readonly [unknown, ...unknown[]]>> = {
  alg: [
    'RSA-OAEP-256',
    'RSA-OAEP',
    'RSA1_5',
    'dir',
    'A128KW',
    'ECDH-ES',
    'PBES2-HS256+A128KW',
    '',
    7,
    null,
    ['RSA-OAEP-256'],
    '__proto__',
  ],
  enc: ['A128GCM', 'A256GCM', 'A128CBC-HS256', 'A256CBC-HS512', 'XC20P', '', null, {}, 'constructor'],
  kid: ['a', 'b', '', 7, null, 'x'.repeat(9000)],
  crit: [['exp'], [], null, 'kid', ['b64']],
  zip: ['DEF', null, ''],
  p2c: [2 ** 31, 1e308, -1],
  p2s: ['AAAA'],
  epk: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }],
  jku: ['http://127.0.0.1:1/'],
  ['__proto__']: [{ alg }],
};

/** A token with a header put together by chance, and everything else in order. */
async function headerOutcome(random: SeededRandom): Promise<string> {
  const members = Object.entries(headerParts).filter(([name]) =>
    random.chance(name === 'alg' || name === 'enc' ? 0.95 : 0.15),
  );
  const text = `{${members.map(([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(random.chance(0.6) ? values[0] : random.pick(values))}`).join(',')}}`;
  const input = craft({
    header: text,
    cek: random.bytes(random.pick([16, 32, 24, 0])),
    iv: random.bytes(random.pick([12, 16])),
    publicKey,
  });
  try {
    await open(input, keys[random.integer(0, 2)] ?? keys, random.pick(readings));
    return 'opened';
  } catch (error) {
    if (!(error instanceof EncryptionError)) throw error;
    return error.code;
  }
}

/** What is bent: good tokens of every kind, and headers. */
export const targets: readonly FuzzTarget[] = [
  {
    name: 'open, bent tokens',
    corpus: tokens.map((token) => Buffer.from(token)),
    slowestMs: 5_000,
    attempt: (input, random) => outcome(Buffer.from(input).toString('latin1'), random.pick(readings), random),
  },
  {
    name: 'open, bent headers',
    corpus: [Buffer.from(`{"alg":"${alg}","enc":"A128GCM","kid":"a"}`)],
    slowestMs: 5_000,
    attempt: async (input, random) => {
      const bent = craft({ header: Buffer.from(input).toString('latin1'), publicKey });
      return open(bent, keys, random.pick(readings)).then(
        () => 'opened',
        (error: unknown) => {
          if (error instanceof EncryptionError) return error.code;
          throw error;
        },
      );
    },
  },
  {
    name: 'open, headers by chance',
    corpus: [new Uint8Array()],
    slowestMs: 5_000,
    attempt: (_input, random) => headerOutcome(random),
  },
];
