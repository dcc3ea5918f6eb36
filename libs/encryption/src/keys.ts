import { KeyObject, type webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import { defined } from '@enrollkit/base';
import { PrivateKey, PublicKey, rsaWeakness } from '@enrollkit/keys';
import {
  contentAlgorithms,
  isKeyAlgorithm,
  type KeyAlgorithm,
  keyAlgorithms,
  type SealAlgorithm,
} from './algorithms.ts';
import { KeyUnfitError, OptionUnfitError } from './errors.ts';
import { type Sealer, sealerFor } from './seal-bytes.ts';
import type { DecryptionKeyOptions, EncryptionKeyOptions, Opener } from './key-options.ts';

/** What an {@link EncryptionKey} says of itself. */
export interface EncryptionKeyDescription {
  readonly kid: string;
  readonly alg: KeyAlgorithm;
  readonly enc: SealAlgorithm;
  readonly cty?: string;
  readonly bits: number;
}

/** The protected header `seal` writes, in this order. */
export interface SealHeader {
  readonly kid: string;
  readonly alg: KeyAlgorithm;
  readonly enc: SealAlgorithm;
  readonly cty?: string;
}

const inside = Symbol('inside');

/** A public key ready to seal with: parsed, checked and imported once. Make it with {@link encryptionKey}. */
export class EncryptionKey {
  readonly header: SealHeader;
  readonly bits: number;
  readonly #sealer: Sealer;

  constructor(header: SealHeader, bits: number, sealer: Sealer) {
    this.header = header;
    this.bits = bits;
    this.#sealer = sealer;
  }

  get kid(): string {
    return this.header.kid;
  }

  toJSON(): EncryptionKeyDescription {
    return { ...this.header, bits: this.bits };
  }

  [inspect.custom](): string {
    return `EncryptionKey ${inspect(this.toJSON())}`;
  }

  /** Inside this package only. */
  [inside](): Sealer {
    return this.#sealer;
  }
}

/** What a {@link DecryptionKey} says of itself. */
export interface DecryptionKeyDescription {
  readonly kid: string;
  readonly pinned: boolean;
  readonly alg: KeyAlgorithm;
  readonly bits: number;
}

/** What unwraps a content key: a key in memory, or a function that asks for it. */
export type Unwrapper = webcrypto.CryptoKey | Opener['unwrap'];

/** A private key ready to open with. Printing it shows {@link DecryptionKeyDescription} only. */
export class DecryptionKey {
  readonly kid: string;
  readonly pinned: boolean;
  readonly alg: KeyAlgorithm;
  readonly bits: number;
  readonly #unwrapper: Unwrapper;

  constructor(facts: DecryptionKeyDescription, unwrapper: Unwrapper) {
    this.kid = facts.kid;
    this.pinned = facts.pinned;
    this.alg = facts.alg;
    this.bits = facts.bits;
    this.#unwrapper = unwrapper;
  }

  toJSON(): DecryptionKeyDescription {
    return { kid: this.kid, pinned: this.pinned, alg: this.alg, bits: this.bits };
  }

  [inspect.custom](): string {
    return `DecryptionKey ${inspect(this.toJSON())}`;
  }

  /** Inside this package only. */
  [inside](): Unwrapper {
    return this.#unwrapper;
  }
}

/** What seals with the key; not exported from the package. */
export function sealerOf(key: EncryptionKey): Sealer {
  return key[inside]();
}

/** What unwraps for the key; not exported from the package. */
export function unwrapperOf(key: DecryptionKey): Unwrapper {
  return key[inside]();
}

/**
 * Readies a public key for {@link seal}: RSA of 2048 to 16,384 bits with an odd exponent of 65537 to 2^64,
 * not marked for signatures or another algorithm. Throws `KeyUnfitError` or `OptionUnfitError`.
 */
export function encryptionKey(
  source: PublicKey | KeyObject,
  options: EncryptionKeyOptions = {},
): EncryptionKey {
  const key = source instanceof PublicKey ? source : publicKeyOf(source);
  const { enc = 'A128GCM', cty } = options;
  if (contentAlgorithms[enc]?.sealed !== true)
    throw new OptionUnfitError(`enc: found ${String(enc)}; A128GCM or A256GCM is written`);
  const alg = 'RSA-OAEP-256';
  checkMeaning(key, alg, ['encrypt', 'wrapKey']);
  const header = defined<SealHeader>({ kid: kidFor(key, options.kid), alg, enc, cty });
  return new EncryptionKey(header, rsaBits(key.key), sealerFor(key.key, header));
}

/**
 * Readies a private key for {@link open}: RSA of at least 2048 bits, in memory or behind an {@link Opener}.
 * Throws `KeyUnfitError` or `OptionUnfitError`.
 */
export function decryptionKey(
  source: PrivateKey | KeyObject | Opener,
  options: DecryptionKeyOptions = {},
): DecryptionKey {
  const { alg = 'RSA-OAEP-256', kid } = options;
  if (!isKeyAlgorithm(alg))
    throw new OptionUnfitError(
      `alg: found ${String(alg)}; one of ${Object.keys(keyAlgorithms).join(', ')} is read`,
    );
  if (kid !== undefined) checkKid(kid);
  const facts = (key: PrivateKey | PublicKey): DecryptionKeyDescription => ({
    kid: kid ?? key.kid ?? key.publicKeySha256,
    pinned: kid !== undefined,
    alg,
    bits: rsaBits(key.key),
  });
  if (isOpener(source)) {
    const { publicKey, unwrap } = source;
    const key = publicKey instanceof PublicKey ? publicKey : publicKeyOf(publicKey);
    return new DecryptionKey(facts(key), unwrap);
  }
  const key = source instanceof PrivateKey ? source : privateKeyOf(source);
  checkMeaning(key, alg, ['decrypt', 'unwrapKey']);
  return new DecryptionKey(facts(key), imported(key.key, alg));
}

function isOpener(source: PrivateKey | KeyObject | Opener): source is Opener {
  return (
    typeof source === 'object' && source !== null && 'unwrap' in source && typeof source.unwrap === 'function'
  );
}

function publicKeyOf(source: KeyObject): PublicKey {
  if (source instanceof KeyObject && source.type === 'public')
    return new PublicKey(source, { container: 'key-object' });
  throw new KeyUnfitError(
    'Sealing needs a public key',
    'Take readPublicKey of @enrollkit/keys, or the .publicKey of a private one.',
  );
}

function privateKeyOf(source: KeyObject): PrivateKey {
  if (source instanceof KeyObject && source.type === 'private')
    return new PrivateKey(source, { container: 'key-object' });
  throw new KeyUnfitError(
    'Opening needs a private key',
    'Take readPrivateKey of @enrollkit/keys, or an Opener.',
  );
}

function kidFor(key: PublicKey, wanted: EncryptionKeyOptions['kid']): string {
  if (typeof wanted === 'string') return checkKid(wanted);
  if (wanted === undefined) return key.kid ?? key.publicKeySha256;
  const kid = key.kidBy(wanted.rule);
  if (kid !== undefined) return kid;
  throw new KeyUnfitError(
    `The kid rule "${wanted.rule}" needs ${wanted.rule === 'jwk' ? 'a JWK with a kid' : 'a certificate'}; found a ${key.container}`,
    'Give the key in that form, or the kid itself.',
  );
}

function checkKid(kid: string): string {
  if (kid !== '' && kid.isWellFormed()) return kid;
  throw new OptionUnfitError('kid: found an empty or broken text; the id of the key is needed');
}

/**
 * What a JWK says it is for (RFC 7517 sections 4.2 to 4.4) must allow what we do with it; silence allows
 * everything.
 */
function checkMeaning(
  { use, alg, keyOps }: PublicKey | PrivateKey,
  needed: KeyAlgorithm,
  operations: readonly string[],
): void {
  const hint = 'Give the key that is meant for encryption.';
  if (use !== undefined && use !== 'enc')
    throw new KeyUnfitError(`The JWK is for use "${use}"; "enc" is needed`, hint);
  if (alg !== undefined && alg !== needed)
    throw new KeyUnfitError(`The JWK is for alg "${alg}"; ${needed} is needed`, hint);
  if (keyOps !== undefined && !operations.some((one) => keyOps.includes(one))) {
    throw new KeyUnfitError(
      `The JWK's key_ops are ${keyOps.join(', ') || 'empty'}; ${operations.join(' or ')} is needed`,
      hint,
    );
  }
}

function rsaBits(key: KeyObject): number {
  const weakness = rsaWeakness(key);
  if (weakness !== undefined)
    throw new KeyUnfitError(
      `RSA-OAEP needs an RSA key of 2048 to 16384 bits with an odd exponent of 65537 to 2^64; found ${weakness}`,
      'Use the key that the provider issued for encryption, or make a new one of 2048 bits or more.',
    );
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

function imported(key: KeyObject, alg: KeyAlgorithm): webcrypto.CryptoKey {
  return key.toCryptoKey({ name: 'RSA-OAEP', hash: keyAlgorithms[alg].hash }, false, ['decrypt']);
}
