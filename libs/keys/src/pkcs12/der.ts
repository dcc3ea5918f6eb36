import { Asn1, Asn1Mismatch } from './asn1.ts';
import { KeyError } from '../errors.ts';
import type { Container } from '../material.ts';
import { Budget } from './budget.ts';
import { schemes } from './algorithms.ts';
import { schemeRounds } from './password-encryption.ts';
import { UnsupportedAlgorithm } from './unsupported.ts';
import type { Content } from '../source.ts';

/** Line breaks, blanks and the end-of-file letter of text tools, and zero bytes that fill up a block. */
const padding: ReadonlySet<number> = new Set([0x00, 0x09, 0x0a, 0x0d, 0x1a, 0x20]);

/** What a DER file holds; the {@link padding} behind it is cut off. Throws {@link KeyError}. */
export function derBlock(content: Content): { readonly container: Container; readonly bytes: Uint8Array } {
  try {
    const { value, length } = Asn1.decodeFirst(content.bytes);
    if (content.bytes.subarray(length).some((byte) => !padding.has(byte)))
      throw new Asn1Mismatch('bytes after the end of the value');
    refuseForeign(content, value);
    return { container: shapeOf(value), bytes: content.bytes.subarray(0, length) };
  } catch (error) {
    if (!(error instanceof Asn1Mismatch)) throw error;
    throw damaged(content, error.message);
  }
}

/**
 * The first two or three elements tell: PFX { 3, {oid} }, PKCS#8 { 0, {oid}, octets }, PKCS#1 { 0, n, e, ...
 * }, SEC1 { 1, octets }, PKCS#1 public { n, e }, encrypted PKCS#8 { {oid}, octets }, SPKI { {oid}, bits },
 * certificate { {...}, {oid}, bits }.
 */
function shapeOf(value: Asn1): Container {
  const [first, second, third] = [value.at(0), value.at(1), value.optional(2)];
  if (first.is('integer')) {
    if (second.is('octetString')) return 'sec1-der';
    if (second.is('integer')) return third === undefined ? 'pkcs1-public-der' : 'pkcs1-der';
    if (second.is('sequence'))
      return third?.is('octetString') === true && first.integer !== 3 ? 'pkcs8-der' : 'pkcs12';
  }
  if (first.is('sequence')) {
    if (second.is('octetString')) return 'pkcs8-encrypted-der';
    if (second.is('bitString')) return 'spki-der';
    if (second.is('sequence') && third?.is('bitString') === true) return 'certificate-der';
  }
  throw new Asn1Mismatch('the shape of no key, certificate or PKCS#12 file');
}

/** What people hand over instead of a key. Throws {@link KeyError} `format-unsupported`. */
function refuseForeign({ where, shellName }: Content, value: Asn1): void {
  const [first, , third] = value.items;
  const isSigned = first?.is('sequence') === true && third?.is('bitString') === true;
  const foreign =
    first?.is('oid') === true
      ? ['a PKCS#7 bundle', `pkcs7 -inform DER -in ${shellName} -print_certs`]
      : isSigned && !isCertificate(first)
        ? [
            'a certificate request, or a list of revoked certificates',
            `req -inform DER -in ${shellName} -pubkey -noout`,
          ]
        : undefined;
  if (foreign !== undefined)
    throw new KeyError('format-unsupported', {
      where,
      found: String(foreign[0]),
      expected: 'PKCS#12, PEM, DER or JWK',
      hint: `See what it is, or convert it: openssl ${foreign[1]}`,
    });
}

/**
 * TBSCertificate { [0], serial, {}, {issuer}, {validity}, {subject}, {key}, ... }; a certificate request has
 * a version, a name and a key, and a list of revoked certificates has a time in the place of the validity.
 */
function isCertificate(signed: Asn1): boolean {
  const [serial, ...rest] = signed.items.filter((item) => !item.isTagged(0));
  return (
    serial?.is('integer') === true &&
    rest.length >= 5 &&
    rest.slice(0, 5).every((item) => item.is('sequence'))
  );
}

/**
 * The rounds of key derivation of an encrypted PKCS#8. Looked at before OpenSSL does: a scheme it would
 * refuse gets a name, and an absurd iteration count is not begun. Throws {@link KeyError}.
 */
export function encryptionRounds(content: Content, bytes: Uint8Array): number {
  try {
    const algorithm = Asn1.decode(bytes[0] === 0x30 ? bytes : derOfPem(bytes)).at(0);
    const rounds = schemeRounds(algorithm);
    new Budget().spend(rounds);
    refuseLargeScrypt(algorithm);
    return rounds;
  } catch (error) {
    if (error instanceof Asn1Mismatch) throw damaged(content, error.message);
    if (!(error instanceof UnsupportedAlgorithm)) throw error;
    throw new KeyError('algorithm-unsupported', {
      where: content.where,
      found: `a private key encrypted with ${error.message}`,
      expected: 'PBES2 with AES, or 3DES with SHA-1',
      hint: `Write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -provider legacy -provider default -in ${content.shellName} -out key.pem`,
    });
  }
}

/** OpenSSL gives scrypt no more than 32 MB, and calls it a wrong password. Throws `UnsupportedAlgorithm`. */
function refuseLargeScrypt(algorithm: Asn1): void {
  if (algorithm.at(0).oid !== schemes.pbes2) return;
  const kdf = algorithm.at(1).at(0);
  if (kdf.at(0).oid !== schemes.scrypt) return;
  const [N = 0, r = 0, p = 0] = [1, 2, 3].map((index) => kdf.at(1).at(index).integer);
  const bytes = 128 * r * (N + p + 3);
  if (bytes > 33_554_432) throw new UnsupportedAlgorithm(`scrypt with ${Math.round(bytes / 1_048_576)} MB`);
}

/** The bytes in a PEM block without headers. */
export function derOfPem(pem: Uint8Array): Uint8Array {
  return Buffer.from(
    Buffer.from(pem)
      .toString('latin1')
      .replaceAll(/-----[^-]+-----/g, ''),
    'base64',
  );
}

function damaged(content: Content, what: string): KeyError {
  return new KeyError('damaged', {
    where: content.where,
    found: `ASN.1 that cannot be read: ${what}`,
    expected: 'a whole key, certificate or PKCS#12 file',
    hint: `Copy it again (in binary, if it is DER), then look: openssl asn1parse -inform DER -in ${content.shellName}`,
  });
}
