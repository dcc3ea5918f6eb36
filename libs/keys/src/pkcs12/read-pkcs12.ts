import { type KeyObject, X509Certificate } from 'node:crypto';
import { quotedName } from '../quoted-name.ts';
import { KeyError } from '../errors.ts';
import type { Content } from '../source.ts';
import { FEW_ROUNDS, onThread } from '../thread.ts';
import { type OpenedPkcs12, openPkcs12, type Pkcs12Access, type Pkcs12Refusal } from './open-pkcs12.ts';

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
  const opened =
    openPkcs12(content.bytes, access, FEW_ROUNDS) ??
    (await onThread<OpenedPkcs12 | Pkcs12Refusal>('pkcs12/open-pkcs12.worker', {
      bytes: new Uint8Array(content.bytes),
      access,
    }));
  if ('refused' in opened) throw errorOf(opened, content, access);
  const { key, alias, certificate } = opened;
  return {
    key,
    alias,
    certificate: certificate === undefined ? undefined : new X509Certificate(certificate),
  };
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
