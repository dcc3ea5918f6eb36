import { type KeyObject, X509Certificate } from 'node:crypto';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { quotedName } from '../quoted-name.ts';
import { KeyError } from '../errors.ts';
import type { Content } from '../source.ts';
import { type OpenedPkcs12, openPkcs12, type Pkcs12Access, type Pkcs12Refusal } from './open-pkcs12.ts';

/** Up to this many rounds of key derivation, about 20 ms of work, a file is opened on the calling thread. */
const FEW_ROUNDS = 20_000;

/** One private key of a P12, with its certificate where that could be read. */
export interface Pkcs12Key {
  readonly key: KeyObject;
  readonly alias: string | undefined;
  readonly certificate: X509Certificate | undefined;
}

/**
 * Reads one private key from a PKCS#12 file; what costs much is spent on another thread. Throws
 * {@link KeyError}.
 */
export async function readPkcs12(content: Content, access: Pkcs12Access): Promise<Pkcs12Key> {
  const opened = openPkcs12(content.bytes, access, FEW_ROUNDS) ?? (await openOnThread(content.bytes, access));
  if ('refused' in opened) throw errorOf(opened, content, access);
  const { key, alias, certificate } = opened;
  return {
    key,
    alias,
    certificate: certificate === undefined ? undefined : new X509Certificate(certificate),
  };
}

/** The same on a thread of its own, which ends with it. */
async function openOnThread(bytes: Uint8Array, access: Pkcs12Access): Promise<OpenedPkcs12 | Pkcs12Refusal> {
  const worker = new Worker(new URL(`./open-pkcs12.worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: { bytes: new Uint8Array(bytes), access },
  });
  try {
    return await new Promise<OpenedPkcs12 | Pkcs12Refusal>((resolve, reject) => {
      worker
        .once('message', resolve)
        .once('error', reject)
        .once('exit', () => {
          reject(new Error('the thread that opens the PKCS#12 file ended too early'));
        });
    });
  } finally {
    await worker.terminate();
  }
}

function errorOf(refusal: Pkcs12Refusal, content: Content, access: Pkcs12Access): KeyError {
  switch (refusal.refused) {
    case 'password':
      return wrongPassword(content, access.password !== undefined);
    case 'unsupported':
      return unsupported(content, refusal.what);
    case 'damaged':
      return damaged(content, refusal.what);
    case 'no-key':
      return noKey(content, refusal.certificates);
    case 'choice':
      return notOne(content, refusal, access.alias);
  }
}

function notOne(
  { where }: Content,
  { aliases, matching }: Extract<Pkcs12Refusal, { readonly refused: 'choice' }>,
  alias: string | undefined,
): KeyError {
  const names = aliases.map((name) => (name === undefined ? 'one without an alias' : quotedName(name)));
  const keys = `${aliases.length} private key${aliases.length === 1 ? '' : 's'}: ${names.join(', ')}`;
  if (alias === undefined)
    return new KeyError('several-keys', {
      where,
      found: keys,
      expected: 'exactly one, or an alias that chooses',
      hint: 'Give one of those aliases.',
    });
  return new KeyError(matching === 0 ? 'alias-unknown' : 'several-keys', {
    where,
    found: keys,
    expected: `exactly one with the alias ${quotedName(alias)}`,
    hint:
      matching === 0
        ? aliases.length === 1
          ? 'Give that alias, or none.'
          : 'Give one of those aliases.'
        : 'Give the alias exactly as it is written in the file; if two are the same, export the key alone.',
  });
}

function noKey({ where }: Content, certificates: number): KeyError {
  return new KeyError('wrong-kind', {
    where,
    found: `a PKCS#12 file with ${certificates} certificate${certificates === 1 ? '' : 's'} and no private key`,
    expected: 'a private key',
    hint: 'Export the key store with its key; a trust store holds certificates only.',
  });
}

function wrongPassword(content: Content, given: boolean): KeyError {
  return new KeyError(given ? 'password-wrong' : 'password-missing', {
    where: content.where,
    found: given
      ? 'a PKCS#12 file that this password does not open (or a damaged one)'
      : 'a PKCS#12 file with a password, and none was given',
    expected: given ? 'the password it was exported with' : 'its password',
    hint: `${given ? 'Check' : 'Give the password; check'} it with: openssl pkcs12 -in ${content.shellName} -info -noout`,
  });
}

function unsupported(content: Content, what: string): KeyError {
  return new KeyError('algorithm-unsupported', {
    where: content.where,
    found: `a PKCS#12 file protected with ${what}`,
    expected: '3DES with SHA-1, or PBES2 with AES',
    hint: `Write it anew: umask 077; openssl pkcs12 -legacy -in ${content.shellName} -nodes -out key.pem && openssl pkcs12 -export -in key.pem -out key.p12`,
  });
}

function damaged(content: Content, what: string): KeyError {
  return new KeyError('damaged', {
    where: content.where,
    found: `a PKCS#12 file that cannot be read: ${what}`,
    expected: 'a whole PKCS#12 file',
    hint: `Download or copy it again (in binary), then check: openssl pkcs12 -in ${content.shellName} -info -noout`,
  });
}
