import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

let at: Harness;

beforeAll(async () => {
  at = await Harness.open();
  at.write('in.csv', cardholders(3));
});
afterAll(() => at.close());

const pem = (type: 'rsa' | 'ec', bits = 2048): string => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};
const publicPem = (type: 'rsa' | 'ec', bits = 2048): string => {
  const { publicKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
};
const jwkOfUse = (use: string): string => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return JSON.stringify({ ...publicKey.export({ format: 'jwk' }), use, kid: 'test-key' });
};

/** What is put in place, and the settings that name it. */
const unusable: Readonly<Record<string, () => readonly string[]>> = {
  'a signing key on an elliptic curve': () => [`signing.keyFile=${at.write('ec.pem', pem('ec'))}`],
  'a signing key of 1024 bits': () => [`signing.keyFile=${at.write('short.pem', pem('rsa', 1024))}`],
  'a public key in place of the signing key': () => [
    `signing.keyFile=${at.write('public.pem', publicPem('rsa'))}`,
  ],
  'a signing key that does not exist': () => ['signing.keyFile=none.pem'],
  'a directory in place of the signing key': () => [`signing.keyFile=${folder('key.d')}`],
  'a directory in place of the consumer key': () => [`signing.consumerKeyFile=${folder('consumer.d')}`],
  'an encryption key on an elliptic curve': () => [
    `encryption.keyFile=${at.write('ec-public.pem', publicPem('ec'))}`,
  ],
  'an encryption key of 1024 bits': () => [
    `encryption.keyFile=${at.write('short-public.pem', publicPem('rsa', 1024))}`,
  ],
  'an encryption key that is meant for signatures': () => [
    `encryption.keyFile=${at.write('sig.jwk', jwkOfUse('sig'))}`,
  ],
  'an encryption key that does not exist': () => ['encryption.keyFile=none.pem'],
  'a directory in place of the encryption key': () => [`encryption.keyFile=${folder('fpan.d')}`],
  'a base URL without TLS': () => ['provider.baseUrl=http://provider.example/api'],
  'a CA file that does not exist': () => ['provider.caFile=none.pem'],
  'a directory in place of the CA file': () => [`provider.caFile=${folder('ca.d')}`],
  'a directory in place of the ledger': () => [`ledger.file=${folder('ledger.d')}`],
  'a directory in place of the fingerprint key': () => [
    `ledger.fingerprintKeyFile=${folder('fingerprint.d')}`,
  ],
  'a directory in place of the password file': () => [`signing.keyPasswordFile=${folder('password.d')}`],
};

function folder(name: string): string {
  rmSync(at.path(name), { recursive: true, force: true });
  mkdirSync(at.path(name), { mode: 0o700 });
  return at.path(name);
}

describe('a run with a setting that cannot be used', () => {
  it.for(Object.entries(unusable))('is refused with a hint and exit 2: %s', async ([, settings]) => {
    const given = settings();
    const replaced = ['encryption.keyFile', 'signing.consumerKeyFile'].filter((setting) =>
      given.some((one) => one.startsWith(`${setting}=`)),
    );
    const config = writeConfigWithout(replaced);
    const { code, err } = await at.call(
      '--config',
      config,
      ...given.flatMap((one) => ['--set', one]),
      'run',
      at.path('in.csv'),
    );
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringMatching(/^error: [^]*\nhint: \S/m) });
    expect(err).not.toContain('internal error');
  });
});

/** The harness's configuration without the settings that exclude those in the list. */
function writeConfigWithout(settings: readonly string[]): string {
  const excluded = new Map([
    ['encryption.keyFile', /^ +keySetUrl:.*\n/m],
    ['signing.consumerKeyFile', /^ +consumerKey:.*\n/m],
  ]);
  let text = readFileSync(at.path('enrollkit.yaml'), 'utf8');
  for (const setting of settings) text = text.replace(excluded.get(setting) ?? '', '');
  return at.write('changed.yaml', text);
}
