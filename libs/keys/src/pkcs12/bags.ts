import { X509Certificate } from 'node:crypto';
import { type Asn1, Asn1Mismatch } from './asn1.ts';

/**
 * RFC 7292, the part a signing or decryption key needs: password integrity, password privacy, RSA and EC
 * keys.
 */
export const oid = {
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
export interface FoundKey {
  readonly alias: string | undefined;
  readonly pkcs8: Asn1;
  readonly encrypted: boolean;
}

/** What was found so far; filled while the parts are read. */
export interface Found {
  readonly keys: FoundKey[];
  readonly certificates: X509Certificate[];
  /** What could not be decrypted because its cipher is retired, for example `RC2-40`. */
  readonly skipped: string[];
}

/** Takes the keys and certificates out of a SafeContents, nested ones too. */
export function collect(bags: Asn1, found: Found): void {
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

/** A name in a type that nobody reads is none: OpenSSL reads the key beside it all the same. */
function aliasOf(bag: Asn1): string | undefined {
  try {
    const attributes = bag.optional(2)?.items ?? [];
    const name = attributes.find((attribute) => attribute.at(0).oid === oid.friendlyName);
    return name?.at(1).optional(0)?.text;
  } catch (error) {
    if (error instanceof Asn1Mismatch) return undefined;
    throw error;
  }
}

/** The value inside `[0] EXPLICIT`, the second element of a ContentInfo or a bag. */
export function explicit(pair: Asn1): Asn1 {
  const value = pair.tagged(0)?.optional(0);
  if (value === undefined) throw new Asn1Mismatch('a missing [0] value');
  return value;
}
