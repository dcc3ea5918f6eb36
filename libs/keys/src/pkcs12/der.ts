import { Asn1, Asn1Mismatch } from './asn1.ts';
import { KeyError } from '../errors.ts';
import type { Container } from '../material.ts';
import { Budget } from './budget.ts';
import { schemeRounds } from './password-encryption.ts';
import { UnsupportedAlgorithm } from './unsupported.ts';
import type { Content } from '../source.ts';

/** What a DER file holds; line breaks that a text tool put behind it are cut off. Throws {@link KeyError}. */
export function derBlock(content: Content): { readonly container: Container; readonly bytes: Uint8Array } {
  try {
    const { value, length } = Asn1.decodeFirst(content.bytes);
    if (content.bytes.subarray(length).some((byte) => byte !== 0x0a && byte !== 0x0d))
      throw new Asn1Mismatch('bytes after the end of the value');
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

/**
 * Looks at an encrypted PKCS#8 before OpenSSL does: a scheme it would refuse gets a name, and an absurd
 * iteration count is not begun. Throws {@link KeyError}.
 */
export function checkEncryption(content: Content, bytes: Uint8Array): void {
  try {
    new Budget().spend(schemeRounds(Asn1.decode(bytes[0] === 0x30 ? bytes : derOfPem(bytes)).at(0)));
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

function derOfPem(pem: Uint8Array): Uint8Array {
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
