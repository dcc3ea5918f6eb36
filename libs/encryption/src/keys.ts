import { KeyObject, type webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import { type KidRule, PrivateKey, PublicKey } from '@enrollkit/keys';
import {
  contentAlgorithms,
  isKeyAlgorithm,
  type KeyAlgorithm,
  keyAlgorithms,
  type SealAlgorithm,
} from './algorithms.ts';
import { KeyUnfitError, OptionUnfitError } from './errors.ts';

/** How a public key is used for sealing. */
export interface EncryptionKeyOptions {
  /** Content encryption. Default `A128GCM`. */
  readonly enc?: SealAlgorithm;
  /** The `kid` header, or the rule that makes it. Default: the JWK's own, else the hex SHA-256 of the public key. */
  readonly kid?: string | { readonly rule: KidRule };
  /** The `cty` header, for example `application/json`. Default: none. */
  readonly cty?: string;
}

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

/** A key in the two forms that the two ways of sealing take. */
export interface PublicHalf {
  readonly keyObject: KeyObject;
  readonly cryptoKey: webcrypto.CryptoKey;
}

/** A public key ready to seal with: parsed, checked and imported once. Make it with {@link encryptionKey}. */
export class EncryptionKey {
  readonly header: SealHeader;
  readonly bits: number;
  readonly #half: PublicHalf;

  constructor(header: SealHeader, bits: number, half: PublicHalf) {
    this.header = header;
    this.bits = bits;
    this.#half = half;
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
  [inside](): PublicHalf {
    return this.#half;
  }
}

/** How a private key is used for opening. */
export interface DecryptionKeyOptions {
  /**
   * Pins the key id: a token that names another, or none, is refused. Without it a key used alone opens whatever its
   * `kid` says, for peers name the same key in different ways.
   */
  readonly kid?: string;
  /** Key encryption. Default `RSA-OAEP-256`, the only one Mastercard uses. */
  readonly alg?: KeyAlgorithm;
}

/** What a {@link DecryptionKey} says of itself. */
export interface DecryptionKeyDescription {
  readonly kid: string;
  readonly pinned: boolean;
  readonly alg: KeyAlgorithm;
  readonly bits: number;
}

/** A private key ready to open with. Printing it shows {@link DecryptionKeyDescription} only. */
export class DecryptionKey {
  readonly kid: string;
  readonly pinned: boolean;
  readonly alg: KeyAlgorithm;
  readonly bits: number;
  readonly #cryptoKey: webcrypto.CryptoKey;

  constructor(facts: DecryptionKeyDescription, cryptoKey: webcrypto.CryptoKey) {
    this.kid = facts.kid;
    this.pinned = facts.pinned;
    this.alg = facts.alg;
    this.bits = facts.bits;
    this.#cryptoKey = cryptoKey;
  }

  toJSON(): DecryptionKeyDescription {
    return { kid: this.kid, pinned: this.pinned, alg: this.alg, bits: this.bits };
  }

  [inspect.custom](): string {
    return `DecryptionKey ${inspect(this.toJSON())}`;
  }

  /** Inside this package only. */
  [inside](): webcrypto.CryptoKey {
    return this.#cryptoKey;
  }
}

/** The key inside; not exported from the package. */
export function publicHalfOf(key: EncryptionKey): PublicHalf {
  return key[inside]();
}

/** The key inside; not exported from the package. */
export function privateHalfOf(key: DecryptionKey): webcrypto.CryptoKey {
  return key[inside]();
}

/**
 * Readies a public key for {@link seal}: RSA of at least 2048 bits, not marked for signatures or another algorithm.
 * Throws `KeyUnfitError` or `OptionUnfitError`.
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
  const kid = kidFor(key, options.kid);
  const header: SealHeader = cty === undefined ? { kid, alg, enc } : { kid, alg, enc, cty };
  return new EncryptionKey(header, rsaBits(key.key), {
    keyObject: key.key,
    cryptoKey: imported(key.key, alg, 'encrypt'),
  });
}

/** Readies a private key for {@link open}: RSA of at least 2048 bits. Throws `KeyUnfitError` or `OptionUnfitError`. */
export function decryptionKey(
  source: PrivateKey | KeyObject,
  options: DecryptionKeyOptions = {},
): DecryptionKey {
  const key = source instanceof PrivateKey ? source : privateKeyOf(source);
  const { alg = 'RSA-OAEP-256', kid } = options;
  if (!isKeyAlgorithm(alg))
    throw new OptionUnfitError(
      `alg: found ${String(alg)}; one of ${Object.keys(keyAlgorithms).join(', ')} is read`,
    );
  checkMeaning(key, alg, ['decrypt', 'unwrapKey']);
  const facts = {
    kid: kid ?? key.kid ?? key.publicKeySha256,
    pinned: kid !== undefined,
    alg,
    bits: rsaBits(key.key),
  };
  return new DecryptionKey(facts, imported(key.key, alg, 'decrypt'));
}

function publicKeyOf(source: KeyObject): PublicKey {
  if (source instanceof KeyObject && source.type === 'public')
    return new PublicKey(source, { container: 'key-object' });
  throw new KeyUnfitError('Sealing needs a public key: take readPublicKey of @enrollkit/keys');
}

function privateKeyOf(source: KeyObject): PrivateKey {
  if (source instanceof KeyObject && source.type === 'private')
    return new PrivateKey(source, { container: 'key-object' });
  throw new KeyUnfitError('Opening needs a private key: take readPrivateKey of @enrollkit/keys');
}

function kidFor(key: PublicKey, wanted: EncryptionKeyOptions['kid']): string {
  if (typeof wanted === 'string') return wanted;
  if (wanted === undefined) return key.kid ?? key.publicKeySha256;
  const kid = key.kidBy(wanted.rule);
  if (kid !== undefined) return kid;
  throw new KeyUnfitError(
    `The kid rule "${wanted.rule}" needs ${wanted.rule === 'jwk' ? 'a JWK with a kid' : 'a certificate'}; found a ${key.container}`,
  );
}

/** What a JWK says it is for (RFC 7517 sections 4.2 to 4.4) must allow what we do with it; silence allows everything. */
function checkMeaning(
  { use, alg, keyOps }: PublicKey | PrivateKey,
  needed: KeyAlgorithm,
  operations: readonly string[],
): void {
  if (use !== undefined && use !== 'enc')
    throw new KeyUnfitError(`The JWK is for use "${use}"; "enc" is needed`);
  if (alg !== undefined && alg !== needed)
    throw new KeyUnfitError(`The JWK is for alg "${alg}"; ${needed} is needed`);
  if (keyOps !== undefined && !operations.some((one) => keyOps.includes(one))) {
    throw new KeyUnfitError(
      `The JWK's key_ops are ${keyOps.join(', ') || 'empty'}; ${operations.join(' or ')} is needed`,
    );
  }
}

/** RFC 7518 section 4.3: 2048 bits or more. */
function rsaBits(key: KeyObject): number {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType !== 'rsa' || bits === undefined) {
    throw new KeyUnfitError(`RSA-OAEP needs an RSA key; found ${key.asymmetricKeyType ?? key.type}`);
  }
  if (bits < 2048)
    throw new KeyUnfitError(`RSA-OAEP needs at least 2048 bits (RFC 7518 section 4.3); found ${bits}`);
  return bits;
}

function imported(key: KeyObject, alg: KeyAlgorithm, usage: 'encrypt' | 'decrypt'): webcrypto.CryptoKey {
  return key.toCryptoKey({ name: 'RSA-OAEP', hash: keyAlgorithms[alg].hash }, false, [usage]);
}
