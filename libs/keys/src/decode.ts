import { createDecipheriv, createPublicKey, getCipherInfo, type KeyObject } from 'node:crypto';
import { KeyError } from './errors.ts';
import type { Block } from './format.ts';
import { type Container, containers } from './material.ts';
import { derTypeOf, privateKeyIn } from './private-key.ts';
import { hasRsaNumbers } from './rsa.ts';
import type { Content } from './source.ts';
import { FEW_ROUNDS, onThread } from './thread.ts';

const privateDer: ReadonlySet<Container> = new Set([
  'pkcs1-der',
  'pkcs8-der',
  'pkcs8-encrypted-der',
  'sec1-der',
]);

/** The private key in a block; what costs much is spent on another thread. Throws {@link KeyError}. */
export async function decodePrivate(
  content: Content,
  block: Block,
  password: string | undefined,
): Promise<KeyObject> {
  const { container, bytes } = block;
  const isPkcs8Encrypted = container === 'pkcs8-encrypted-pem' || container === 'pkcs8-encrypted-der';
  const rounds = isPkcs8Encrypted ? (await import('./pkcs12/der.ts')).encryptionRounds(content, bytes) : 0;
  const key =
    rounds > FEW_ROUNDS
      ? await onThread<KeyObject | undefined>('private-key.worker', { block, password })
      : privateKeyIn(block, password);
  if (key !== undefined) return ofKnownKind(content, key, container);
  if (isEncrypted(container, bytes)) {
    refuseRetiredCipher(content, bytes);
    throw wrongPassword(content, password !== undefined);
  }
  const other = container.endsWith('-pem') ? await blockUnderAnotherLabel(content, bytes) : undefined;
  if (other === undefined) throw damagedKey(content, container);
  return decodePrivate(content, other, password);
}

/**
 * What a PEM block holds when its label is that of another form, as when PKCS#1 stands under `PRIVATE KEY`;
 * undefined when it is no private key.
 */
async function blockUnderAnotherLabel(content: Content, pem: Uint8Array): Promise<Block | undefined> {
  const { derBlock, derOfPem } = await import('./pkcs12/der.ts');
  try {
    const block = derBlock({ ...content, bytes: derOfPem(pem) });
    return privateDer.has(block.container) ? block : undefined;
  } catch {
    // What it is under its own label says more.
    return undefined;
  }
}

/**
 * A key that node:crypto reads but has no name for (Diffie-Hellman) neither signs nor encrypts, and an RSA
 * key whose numbers do not belong together does neither rightly.
 */
function ofKnownKind(content: Content, key: KeyObject, container: Container): KeyObject {
  if (!hasRsaNumbers(key)) throw damagedKey(content, container);
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

/** The public key in a block. Throws {@link KeyError}. */
export function decodePublic(content: Content, { container, bytes }: Block): KeyObject {
  const key = Buffer.from(bytes);
  const type = derTypeOf(container);
  try {
    return ofKnownKind(
      content,
      createPublicKey(
        type === 'spki' || type === 'pkcs1' ? { key, format: 'der', type } : { key, format: 'pem' },
      ),
      container,
    );
  } catch (error) {
    throw error instanceof KeyError ? error : damagedKey(content, container);
  }
}

function isEncrypted(container: Container, bytes: Uint8Array): boolean {
  return (
    container.includes('encrypted') ||
    (container.endsWith('-pem') && Buffer.from(bytes).includes('Proc-Type: 4,ENCRYPTED'))
  );
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

/** A block that is labelled as a key and is none. */
export function damagedKey(content: Content, container: Container): KeyError {
  return new KeyError('damaged', {
    where: content.where,
    found: `${containers[container]} that does not decode`,
    expected: 'a whole key of a type OpenSSL 3 reads',
    hint: `Look at it: openssl asn1parse ${container.endsWith('-der') ? '-inform DER ' : ''}-in ${content.shellName}`,
  });
}
