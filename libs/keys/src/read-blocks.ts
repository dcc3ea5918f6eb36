import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { certificateFor, leafOf } from './certificates.ts';
import { damagedKey, decodePrivate, decodePublic } from './decode.ts';
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

/**
 * The private key among the blocks of a source, with the certificate that fits it. Throws {@link KeyError}.
 */
export async function privateFromBlocks(
  content: Content,
  blocks: readonly Block[],
  options: PrivateKeyOptions,
): Promise<PrivateKey> {
  const [block, ...others] = blocks.filter(({ container }) => privateContainers.has(container));
  if (block === undefined) throw wrongKind(content.where, nameOf(blocks), 'private');
  if (block.container === 'pkcs12') {
    const { readPkcs12 } = await import('./pkcs12/read-pkcs12.ts');
    const { key, alias, certificate } = await readPkcs12(
      { ...content, bytes: block.bytes },
      { password: options.password, alias: options.alias },
    );
    return new PrivateKey(key, { container: 'pkcs12', alias, certificate });
  }
  const key = await decodePrivate(content, block, options.password);
  for (const other of others) {
    // Some tools write a key twice, in both of its forms.
    const again = await decodePrivate(content, other, options.password).catch(() => undefined);
    if (again === undefined || !isSamePair(again, key)) throw severalBlocks(content);
  }
  const certificate = certificateFor(key, certificatesIn(blocks));
  return new PrivateKey(key, { container: block.container, certificate });
}

function isSamePair(one: KeyObject, other: KeyObject): boolean {
  return createPublicKey(one).equals(createPublicKey(other));
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
