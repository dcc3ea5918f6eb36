import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { Asn1, Asn1Mismatch } from './asn1.ts';
import { KeyError } from '../errors.ts';
import { checkScheme, decryptContent, macFits, UnsupportedAlgorithm } from './password-encryption.ts';
import type { Content } from '../source.ts';

/** RFC 7292, the part a signing or decryption key needs: password integrity, password privacy, RSA and EC keys. */
const oid = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
} as const;

/** A key that stands in the file, not yet decrypted. */
interface FoundKey {
  readonly alias: string | undefined;
  readonly pkcs8: Asn1;
  readonly encrypted: boolean;
}

interface Found {
  readonly keys: FoundKey[];
  readonly certificates: X509Certificate[];
  /** What could not be decrypted because its cipher is retired, for example `RC2-40`. */
  readonly skipped: string[];
}

/** What a P12 yields: one private key, and its certificate where that could be read. */
export interface Pkcs12Key {
  readonly key: KeyObject;
  readonly alias: string | undefined;
  readonly certificate: X509Certificate | undefined;
}

/** Which key, and what opens it. Without an alias the file must hold exactly one private key. */
export interface Pkcs12Access {
  readonly password: string | undefined;
  readonly alias: string | undefined;
}

/** Reads one private key from a PKCS#12 file. Throws {@link KeyError}. */
export function readPkcs12(content: Content, access: Pkcs12Access): Pkcs12Key {
  try {
    const found = openSafe(content, access.password ?? '', access.password !== undefined);
    const chosen = choose(found, content, access.alias);
    const key = decryptKey(chosen, access.password ?? '');
    return {
      key,
      alias: chosen.alias,
      certificate: found.certificates.find((one) => one.checkPrivateKey(key)),
    };
  } catch (error) {
    if (error instanceof KeyError) throw error;
    if (error instanceof UnsupportedAlgorithm) throw unsupported(content, error.message);
    if (error instanceof Asn1Mismatch) throw damaged(content, error.message);
    // Whatever node:crypto throws here, it threw on decrypting.
    throw wrongPassword(content, access.password !== undefined);
  }
}

function openSafe(content: Content, password: string, given: boolean): Found {
  const pfx = Asn1.decode(content.bytes);
  if (pfx.at(0).integer !== 3) throw new Asn1Mismatch('a PKCS#12 version other than 3');
  const authSafe = pfx.at(1);
  if (authSafe.at(0).oid !== oid.data) throw new UnsupportedAlgorithm('integrity by a public key');
  const safe = explicit(authSafe).octets;
  const macData = pfx.optional(2);
  if (macData !== undefined && !macFits(macData, safe, password)) throw wrongPassword(content, given);
  const found: Found = { keys: [], certificates: [], skipped: [] };
  for (const part of Asn1.decode(safe).items) {
    const bags = openPart(part, password, found);
    if (bags !== undefined) collect(Asn1.decode(bags), found);
  }
  return found;
}

/** The SafeContents in one ContentInfo; undefined when its cipher is retired (then only its certificates are missed). */
function openPart(part: Asn1, password: string, found: Found): Uint8Array | undefined {
  const type = part.at(0).oid;
  if (type === oid.data) return explicit(part).octets;
  if (type !== oid.encryptedData) {
    found.skipped.push(`content of type ${type}`);
    return undefined;
  }
  const encrypted = explicit(part).at(1);
  const ciphertext = encrypted.tagged(0);
  if (ciphertext === undefined) return undefined;
  try {
    return decryptContent(encrypted.at(1), ciphertext.octets, password);
  } catch (error) {
    if (!(error instanceof UnsupportedAlgorithm)) throw error;
    found.skipped.push(error.message);
    return undefined;
  }
}

function collect(bags: Asn1, found: Found): void {
  for (const bag of bags.items) {
    const type = bag.at(0).oid;
    if (type === oid.keyBag || type === oid.shroudedKeyBag) {
      found.keys.push({ alias: aliasOf(bag), pkcs8: explicit(bag), encrypted: type === oid.shroudedKeyBag });
    } else if (type === oid.certificateBag && explicit(bag).at(0).oid === oid.x509) {
      found.certificates.push(...certificateIn(explicit(explicit(bag)).octets));
    } else if (type === oid.safeContentsBag) {
      collect(explicit(bag), found);
    }
  }
}

/** A certificate that cannot be read is left out: it is only needed for its expiry. */
function certificateIn(der: Uint8Array): readonly X509Certificate[] {
  try {
    return [new X509Certificate(der)];
  } catch {
    return [];
  }
}

function aliasOf(bag: Asn1): string | undefined {
  const attributes = bag.optional(2)?.items ?? [];
  const name = attributes.find((attribute) => attribute.at(0).oid === oid.friendlyName);
  return name?.at(1).optional(0)?.bmpText;
}

/** The value inside `[0] EXPLICIT`, the second element of a ContentInfo or a bag. */
function explicit(pair: Asn1): Asn1 {
  const value = pair.tagged(0)?.optional(0);
  if (value === undefined) throw new Asn1Mismatch('a missing [0] value');
  return value;
}

function choose(found: Found, content: Content, alias: string | undefined): FoundKey {
  const { keys } = found;
  if (keys.length === 0) throw noKey(found, content);
  const matching = alias === undefined ? keys : keys.filter((key) => key.alias === alias);
  const [chosen, second] = matching;
  if (chosen !== undefined && second === undefined) return chosen;
  const names = keys
    .map((key) => (key.alias === undefined ? 'one without an alias' : `"${key.alias}"`))
    .join(', ');
  throw new KeyError(alias === undefined || second !== undefined ? 'several-keys' : 'alias-unknown', {
    where: content.where,
    found: `${keys.length} private key(s): ${names}`,
    expected:
      alias === undefined ? 'exactly one, or an alias that chooses' : `exactly one with the alias "${alias}"`,
    hint: keys.length === 1 ? 'Give that alias, or none.' : 'Give one of those aliases.',
  });
}

function decryptKey(chosen: FoundKey, password: string): KeyObject {
  const der = { key: Buffer.from(chosen.pkcs8.der), format: 'der', type: 'pkcs8' } as const;
  if (!chosen.encrypted) return plainKey(der);
  checkScheme(chosen.pkcs8.at(0));
  return createPrivateKey({ ...der, passphrase: password });
}

function plainKey(der: { key: Buffer; format: 'der'; type: 'pkcs8' }): KeyObject {
  try {
    return createPrivateKey(der);
  } catch {
    throw new Asn1Mismatch('a key bag without a readable key');
  }
}

function noKey({ skipped, certificates }: Found, content: Content): KeyError {
  if (skipped.length > 0) return unsupported(content, skipped.join(', '));
  return new KeyError('wrong-kind', {
    where: content.where,
    found: `a PKCS#12 file with ${certificates.length} certificate(s) and no private key`,
    expected: 'a private key',
    hint: 'Export the key store with its key; a trust store holds certificates only.',
  });
}

function wrongPassword(content: Content, given: boolean): KeyError {
  return new KeyError(given ? 'password-wrong' : 'password-missing', {
    where: content.where,
    found: given
      ? 'a PKCS#12 file that this password does not open (or a damaged one)'
      : 'a PKCS#12 file with a password',
    expected: given ? 'the password it was exported with' : 'its password',
    hint: `Check with: openssl pkcs12 -in ${content.shellName} -info -noout`,
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
