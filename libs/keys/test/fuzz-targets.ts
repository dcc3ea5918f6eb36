import { createPrivateKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FuzzTarget } from '@enrollkit/testkit';
import { KeyError, readPrivateKey, readPublicKey } from '../src/index.ts';

const folder = join(import.meta.dirname, 'fixtures');
const fixtures = (ending: RegExp) =>
  readdirSync(folder)
    .filter((name) => ending.test(name))
    .map((name) => readFileSync(join(folder, name)));
const password = 'p4ssw0rd-zäh';
const jwk = createPrivateKey(readFileSync(join(folder, 'bag-attributes.pem'))).export({ format: 'jwk' });

/** Either a key, or an error of ours that does not tell the password. */
async function outcome(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'read';
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    if (error.message.includes(password)) throw new Error('the password is in the message', { cause: error });
    return error.code;
  }
}

const target = (name: string, corpus: readonly Uint8Array[]): FuzzTarget => ({
  name,
  corpus,
  // The slowest thing a file may ask for is two million rounds of a password hash; a busy machine takes its
  // time for them.
  slowestMs: 30_000,
  attempt: async (bytes, random) =>
    outcome(random.chance(0.8) ? readPrivateKey({ bytes }, { password }) : readPublicKey({ bytes })),
});

/** What is bent: real containers of every kind, each reader with its own. */
export const targets: readonly FuzzTarget[] = [
  target('the P12 reader', fixtures(/\.p12$/)),
  target('the PEM reader', fixtures(/\.pem$/)),
  target('the DER reader', [
    ...fixtures(/\.der$/),
    createPrivateKey(readFileSync(join(folder, 'bag-attributes.pem'))).export({
      type: 'pkcs8',
      format: 'der',
    }),
  ]),
  target('the JWK reader', [
    Buffer.from(JSON.stringify(jwk)),
    Buffer.from(JSON.stringify({ keys: [{ ...jwk, kid: 'a' }] })),
  ]),
];
