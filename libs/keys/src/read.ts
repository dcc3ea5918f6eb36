import { createPrivateKey, createPublicKey, KeyObject, X509Certificate } from 'node:crypto';
import { KeyError } from './errors.ts';
import { detect, type Block } from './format.ts';
import { keyFromJwk, parseJwks, type Jwk } from './jwk/jwk.ts';
import { type Container, containers, PrivateKey, PublicKey } from './material.ts';
import { type Content, givenContent, type KeySource, readKeyFile } from './source.ts';

/** What opens and chooses a private key. */
export interface PrivateKeyOptions {
  /** Of a P12, an encrypted PKCS#8 or an encrypted PKCS#1. Never repeated in an error. */
  readonly password?: string;
  /** Which key of a P12: its friendly name, exactly. Needed only when there are several. */
  readonly alias?: string;
  /** Which key of a JWK set. Needed only when there are several. */
  readonly kid?: string;
  /** Read the file although its group or others can read it, for mounts that allow no other mode. Default false. */
  readonly allowReadableByOthers?: boolean;
}

/** What chooses a public key. */
export interface PublicKeyOptions {
  /** Which key of a JWK set. Needed only when there are several. */
  readonly kid?: string;
}

/**
 * Reads a private key: P12, PEM (PKCS#1, PKCS#8, encrypted, SEC1), DER of the same, JWK or JWK set, or a `KeyObject`.
 * A file must be readable by its owner only. Throws {@link KeyError}, whose message names what would mend it.
 */
export async function readPrivateKey(
  source: KeySource,
  options: PrivateKeyOptions = {},
): Promise<PrivateKey> {
  if (source instanceof KeyObject) {
    if (source.type !== 'private')
      throw wrongKind(givenContent(new Uint8Array()), `a ${source.type} KeyObject`, 'private');
    return new PrivateKey(source, { container: 'key-object' });
  }
  if ('jwk' in source)
    return privateFromJwk([{ ...source.jwk }], {
      where: 'the JWK given',
      container: 'jwk',
      kid: options.kid,
    });
  const content = await load(source, options.allowReadableByOthers !== true);
  const format = await detect(content);
  if ('json' in format) {
    const { container, jwks } = parseJwks(format.json, content.where);
    return privateFromJwk(
      jwks.filter((jwk) => container === 'jwk' || 'd' in jwk),
      { where: content.where, container, kid: options.kid },
    );
  }
  return privateFromBlocks(content, format.blocks, options);
}

/**
 * Reads a public key: PEM (SPKI, PKCS#1, certificate), DER of the same, JWK or JWK set, or a `KeyObject`. A private
 * key is refused, so that nobody encrypts to himself by mistake; take `.publicKey` of {@link readPrivateKey} for that.
 * Throws {@link KeyError}.
 */
export async function readPublicKey(source: KeySource, options: PublicKeyOptions = {}): Promise<PublicKey> {
  if (source instanceof KeyObject) {
    if (source.type !== 'public')
      throw wrongKind(givenContent(new Uint8Array()), `a ${source.type} KeyObject`, 'public');
    return new PublicKey(source, { container: 'key-object' });
  }
  if ('jwk' in source)
    return publicFromJwk([{ ...source.jwk }], { where: 'the JWK given', container: 'jwk', kid: options.kid });
  const content = await load(source, false);
  const format = await detect(content);
  if ('json' in format) {
    const { container, jwks } = parseJwks(format.json, content.where);
    return publicFromJwk(jwks, { where: content.where, container, kid: options.kid });
  }
  return publicFromBlocks(content, format.blocks);
}

async function load(
  source: Exclude<KeySource, KeyObject | { jwk: unknown }>,
  secret: boolean,
): Promise<Content> {
  if ('file' in source) return readKeyFile(source.file, secret);
  return givenContent('text' in source ? Buffer.from(source.text, 'utf8') : source.bytes);
}

interface JwkPlace {
  readonly where: string;
  readonly container: Container;
  readonly kid: string | undefined;
}

function privateFromJwk(jwks: readonly Jwk[], place: JwkPlace): PrivateKey {
  const { key, facts } = keyFromJwk(oneJwk(jwks, place), 'private', place);
  return new PrivateKey(key, facts);
}

function publicFromJwk(jwks: readonly Jwk[], place: JwkPlace): PublicKey {
  const { key, facts } = keyFromJwk(oneJwk(jwks, place), 'public', place);
  return new PublicKey(key, facts);
}

function oneJwk(jwks: readonly Jwk[], { where, kid }: JwkPlace): Jwk {
  const matching = kid === undefined ? jwks : jwks.filter((jwk) => jwk['kid'] === kid);
  const [chosen, second] = matching;
  if (chosen !== undefined && second === undefined) return chosen;
  throw new KeyError(chosen === undefined ? 'kid-unknown' : 'several-keys', {
    where,
    found: `${jwks.length} fitting key(s): ${jwks.map((jwk) => String(jwk['kid'] ?? 'one without a kid')).join(', ') || 'none'}`,
    expected: kid === undefined ? 'exactly one, or a kid that chooses' : `exactly one with the kid "${kid}"`,
    hint: 'Give the kid of the key that is meant.',
  });
}

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

async function privateFromBlocks(
  content: Content,
  blocks: readonly Block[],
  options: PrivateKeyOptions,
): Promise<PrivateKey> {
  const [block, second] = blocks.filter(({ container }) => privateContainers.has(container));
  if (block === undefined) throw wrongKind(content, nameOf(blocks), 'private');
  if (second !== undefined) throw severalBlocks(content);
  if (block.container === 'pkcs12') {
    const { readPkcs12 } = await import('./pkcs12/read-pkcs12.ts');
    const { key, alias, certificate } = readPkcs12(
      { ...content, bytes: block.bytes },
      { password: options.password, alias: options.alias },
    );
    return new PrivateKey(key, { container: 'pkcs12', alias, certificate });
  }
  const key = await decodePrivate(content, block, options.password);
  const certificate = certificatesIn(blocks).find((one) => one.checkPrivateKey(key));
  return new PrivateKey(key, { container: block.container, certificate });
}

/** How node:crypto names each DER container. */
const derTypes = {
  'pkcs1-der': 'pkcs1',
  'pkcs8-der': 'pkcs8',
  'pkcs8-encrypted-der': 'pkcs8',
  'sec1-der': 'sec1',
} as const;

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
  const type = Object.entries(derTypes).find(([name]) => name === container)?.[1];
  try {
    return createPrivateKey(
      type === undefined ? { key, format: 'pem', passphrase } : { key, format: 'der', type, passphrase },
    );
  } catch {
    throw isEncrypted(container, bytes)
      ? wrongPassword(content, password !== undefined)
      : damagedKey(content, container);
  }
}

function isEncrypted(container: Container, bytes: Uint8Array): boolean {
  return (
    container.includes('encrypted') ||
    (container.endsWith('-pem') && Buffer.from(bytes).includes('Proc-Type: 4,ENCRYPTED'))
  );
}

function publicFromBlocks(content: Content, blocks: readonly Block[]): PublicKey {
  const privateBlock = blocks.find(({ container }) => privateContainers.has(container));
  if (privateBlock !== undefined) throw wrongKind(content, nameOf([privateBlock]), 'public');
  const [block] = blocks;
  if (block === undefined) throw wrongKind(content, 'no key', 'public');
  try {
    if (certificateContainers.has(block.container)) {
      const certificate = new X509Certificate(block.bytes);
      return new PublicKey(certificate.publicKey, { container: block.container, certificate });
    }
    const key = Buffer.from(block.bytes);
    if (block.container === 'spki-der')
      return new PublicKey(createPublicKey({ key, format: 'der', type: 'spki' }), { container: 'spki-der' });
    if (block.container === 'pkcs1-public-der') {
      return new PublicKey(createPublicKey({ key, format: 'der', type: 'pkcs1' }), {
        container: 'pkcs1-public-der',
      });
    }
    return new PublicKey(createPublicKey({ key, format: 'pem' }), { container: block.container });
  } catch {
    throw damagedKey(content, block.container);
  }
}

function certificatesIn(blocks: readonly Block[]): readonly X509Certificate[] {
  return blocks
    .filter(({ container }) => certificateContainers.has(container))
    .flatMap(({ bytes }) => {
      try {
        return [new X509Certificate(bytes)];
      } catch {
        return [];
      }
    });
}

function nameOf(blocks: readonly Block[]): string {
  return blocks.map(({ container }) => containers[container]).join(' and ');
}

function wrongKind(content: Content, found: string, half: 'private' | 'public'): KeyError {
  return new KeyError('wrong-kind', {
    where: content.where,
    found,
    expected: `a ${half} key`,
    hint:
      half === 'private'
        ? 'Give the file that holds the private half (a .p12, or PEM with PRIVATE KEY in its first line).'
        : `Take its public half: openssl pkey -in ${content.shellName} -pubout, or openssl pkcs12 -in ${content.shellName} -clcerts -nokeys`,
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

function wrongPassword(content: Content, given: boolean): KeyError {
  return new KeyError(given ? 'password-wrong' : 'password-missing', {
    where: content.where,
    found: given
      ? 'an encrypted private key that this password does not open (or a damaged one)'
      : 'an encrypted private key',
    expected: given ? 'the password it was encrypted with' : 'its password',
    hint: `Check with: openssl pkey -in ${content.shellName} -noout`,
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
