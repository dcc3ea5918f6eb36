import {
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  getCipherInfo,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { leafOf } from './certificates.ts';
import { KeyError } from './errors.ts';
import type { Block } from './format.ts';
import { type Container, containers, PrivateKey, PublicKey } from './material.ts';
import type { PrivateKeyOptions } from './read-options.ts';
import type { Content } from './source.ts';

const privateContainers: ReadonlySet<Container> = new Set([
  'pkcs1-pem',
  'pkcs8-pem',
  'pkcs8-encrypted-pem',
  'sec1-pem',
  'pkcs1-der',
  'pkcs8-der',
  'pkcs8-encrypted-der',
  'sec1-der',
  'pkcs12',
]);
const certificateContainers: ReadonlySet<Container> = new Set(['certificate-pem', 'certificate-der']);

/** How node:crypto names each DER container. */
const derTypes = {
  'pkcs1-der': 'pkcs1',
  'pkcs8-der': 'pkcs8',
  'pkcs8-encrypted-der': 'pkcs8',
  'sec1-der': 'sec1',
  'spki-der': 'spki',
  'pkcs1-public-der': 'pkcs1',
} as const;

/**
 * The private key among the blocks of a source, with the certificate that fits it. Throws {@link KeyError}.
 */
export async function privateFromBlocks(
  content: Content,
  blocks: readonly Block[],
  options: PrivateKeyOptions,
): Promise<PrivateKey> {
  const [block, second] = blocks.filter(({ container }) => privateContainers.has(container));
  if (block === undefined) throw wrongKind(content.where, nameOf(blocks), 'private');
  if (second !== undefined) throw severalBlocks(content);
  if (block.container === 'pkcs12') {
    const { readPkcs12 } = await import('./pkcs12/read-pkcs12.ts');
    const { key, alias, certificate } = await readPkcs12(
      { ...content, bytes: block.bytes },
      { password: options.password, alias: options.alias },
    );
    return new PrivateKey(key, { container: 'pkcs12', alias, certificate });
  }
  const key = await decodePrivate(content, block, options.password);
  const certificate = certificatesIn(blocks).find((one) => one.checkPrivateKey(key));
  return new PrivateKey(key, { container: block.container, certificate });
}

/** Throws {@link KeyError} `wrong-kind` when none of the blocks is a private key. */
export function refusePublic(where: string, blocks: readonly Block[]): void {
  if (!blocks.some(({ container }) => privateContainers.has(container)))
    throw wrongKind(where, nameOf(blocks), 'private');
}

/** The public key among the blocks of a source. Throws {@link KeyError}. */
export function publicFromBlocks(content: Content, blocks: readonly Block[]): PublicKey {
  const privateBlock = blocks.find(({ container }) => privateContainers.has(container));
  if (privateBlock !== undefined) throw wrongKind(content.where, nameOf([privateBlock]), 'public');
  const [block] = blocks;
  if (block === undefined) throw wrongKind(content.where, 'no key', 'public');
  const certificates = certificatesIn(blocks);
  const bare = blocks.filter(({ container }) => !certificateContainers.has(container));
  if (certificates.length + bare.length < blocks.length) throw damagedKey(content, block.container);
  if (bare.length === 0) return leafKey(content, block.container, certificates);
  const keys = bare.map((one) => new PublicKey(decodePublic(content, one), { container: one.container }));
  const [key] = keys;
  const others = [
    ...keys,
    ...certificates.map((one) => new PublicKey(one.publicKey, { container: 'certificate-pem' })),
  ];
  if (key === undefined || others.some((one) => one.publicKeySha256 !== key.publicKeySha256))
    throw severalPublic(content, others.length);
  const { container } = key;
  return new PublicKey(key.key, { container, certificate: certificates[0] });
}

function leafKey(
  content: Content,
  container: Container,
  certificates: readonly X509Certificate[],
): PublicKey {
  const certificate = leafOf(certificates);
  if (certificate === undefined) throw severalPublic(content, certificates.length);
  return new PublicKey(certificate.publicKey, { container, certificate });
}

async function decodePrivate(
  content: Content,
  { container, bytes }: Block,
  password: string | undefined,
): Promise<KeyObject> {
  if (container === 'pkcs8-encrypted-pem' || container === 'pkcs8-encrypted-der')
    (await import('./pkcs12/der.ts')).checkEncryption(content, bytes);
  const key = Buffer.from(bytes);
  // An empty passphrase instead of none keeps OpenSSL from asking on the terminal.
  const passphrase = password ?? '';
  const type = derTypeOf(container);
  try {
    return ofKnownKind(
      content,
      createPrivateKey(
        type === undefined
          ? { key, format: 'pem', passphrase }
          : { key, format: 'der', type: type === 'spki' ? 'pkcs8' : type, passphrase },
      ),
    );
  } catch (error) {
    if (error instanceof KeyError) throw error;
    if (!isEncrypted(container, bytes)) throw damagedKey(content, container);
    refuseRetiredCipher(content, bytes);
    throw wrongPassword(content, password !== undefined);
  }
}

/** A key that node:crypto reads but has no name for (Diffie-Hellman) neither signs nor encrypts. */
function ofKnownKind(content: Content, key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== undefined) return key;
  throw new KeyError('format-unsupported', {
    where: content.where,
    found: 'a key that neither signs nor encrypts (Diffie-Hellman)',
    expected: 'an RSA key',
    hint: `See what it is: openssl pkey -in ${content.shellName} -noout -text`,
  });
}

/**
 * The cipher of an encrypted PKCS#1 or SEC1 key stands in its header; OpenSSL 3 has retired DES, RC2 and
 * others.
 */
function refuseRetiredCipher(content: Content, bytes: Uint8Array): void {
  const [, name] = /^DEK-Info: ([\w-]+),/m.exec(Buffer.from(bytes).toString('latin1')) ?? [];
  if (name === undefined) return;
  const { keyLength = 0, ivLength = 0 } = getCipherInfo(name) ?? {};
  try {
    createDecipheriv(name, new Uint8Array(keyLength), new Uint8Array(ivLength));
  } catch {
    throw new KeyError('algorithm-unsupported', {
      where: content.where,
      found: `a private key encrypted with ${name}`,
      expected: 'AES or 3DES',
      hint: `Write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -provider legacy -provider default -in ${content.shellName} -out key.pem`,
    });
  }
}

function decodePublic(content: Content, { container, bytes }: Block): KeyObject {
  const key = Buffer.from(bytes);
  const type = derTypeOf(container);
  try {
    return ofKnownKind(
      content,
      createPublicKey(
        type === 'spki' || type === 'pkcs1' ? { key, format: 'der', type } : { key, format: 'pem' },
      ),
    );
  } catch (error) {
    throw error instanceof KeyError ? error : damagedKey(content, container);
  }
}

function derTypeOf(container: Container): (typeof derTypes)[keyof typeof derTypes] | undefined {
  return Object.entries(derTypes).find(([name]) => name === container)?.[1];
}

function isEncrypted(container: Container, bytes: Uint8Array): boolean {
  return (
    container.includes('encrypted') ||
    (container.endsWith('-pem') && Buffer.from(bytes).includes('Proc-Type: 4,ENCRYPTED'))
  );
}

function certificatesIn(blocks: readonly Block[]): readonly X509Certificate[] {
  return blocks
    .filter(({ container }) => certificateContainers.has(container))
    .flatMap(({ bytes }) => {
      try {
        const certificate = new X509Certificate(bytes);
        // Decoded on first use, and then it may fail.
        return certificate.publicKey.type === 'public' ? [certificate] : [];
      } catch {
        return [];
      }
    });
}

function nameOf(blocks: readonly Block[]): string {
  return blocks.map(({ container }) => containers[container]).join(' and ');
}

/** The source holds the other half. */
export function wrongKind(where: string, found: string, half: 'private' | 'public'): KeyError {
  return new KeyError('wrong-kind', {
    where,
    found,
    expected: `a ${half} key`,
    hint:
      half === 'private'
        ? 'Give the file that holds the private half (a .p12, or PEM with PRIVATE KEY in its first line).'
        : 'Give the public half or the certificate; keep the private key to yourself.',
  });
}

function severalBlocks(content: Content): KeyError {
  return new KeyError('several-keys', {
    where: content.where,
    found: 'several private keys',
    expected: 'exactly one',
    hint: 'Put each key into a file of its own.',
  });
}

function severalPublic(content: Content, count: number): KeyError {
  return new KeyError('several-keys', {
    where: content.where,
    found: `${count} certificates or public keys that are no chain from one certificate to its authorities`,
    expected: 'one public key, or one certificate with the chain above it',
    hint: `Keep only the certificate that is meant. See whose they are: openssl storeutl -noout -text -certs ${content.shellName}`,
  });
}

function wrongPassword(content: Content, given: boolean): KeyError {
  return new KeyError(given ? 'password-wrong' : 'password-missing', {
    where: content.where,
    found: given
      ? 'an encrypted private key that this password does not open (or a damaged one)'
      : 'an encrypted private key, and no password was given',
    expected: given ? 'the password it was encrypted with' : 'its password',
    hint: `${given ? 'Check' : 'Give the password; check'} it with: openssl pkey -in ${content.shellName} -noout`,
  });
}

function damagedKey(content: Content, container: Container): KeyError {
  return new KeyError('damaged', {
    where: content.where,
    found: `${containers[container]} that does not decode`,
    expected: 'a whole key of a type OpenSSL 3 reads',
    hint: `Look at it: openssl asn1parse ${container.endsWith('-der') ? '-inform DER ' : ''}-in ${content.shellName}`,
  });
}
