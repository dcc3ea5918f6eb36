import { createHash, createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import { defined } from '@enrollkit/base';
import { jwkThumbprint } from './jwk/thumbprint.ts';

/** The containers a key may be found in, and what a person calls them. */
export const containers = {
  'pkcs1-pem': 'a PKCS#1 private key (PEM)',
  'pkcs8-pem': 'a PKCS#8 private key (PEM)',
  'pkcs8-encrypted-pem': 'an encrypted PKCS#8 private key (PEM)',
  'sec1-pem': 'an EC private key (PEM)',
  'spki-pem': 'a public key (PEM)',
  'pkcs1-public-pem': 'a PKCS#1 public key (PEM)',
  'certificate-pem': 'a certificate (PEM)',
  'pkcs1-der': 'a PKCS#1 private key (DER)',
  'pkcs8-der': 'a PKCS#8 private key (DER)',
  'pkcs8-encrypted-der': 'an encrypted PKCS#8 private key (DER)',
  'sec1-der': 'an EC private key (DER)',
  'spki-der': 'a public key (DER)',
  'pkcs1-public-der': 'a PKCS#1 public key (DER)',
  'certificate-der': 'a certificate (DER)',
  pkcs12: 'a PKCS#12 file',
  jwk: 'a JWK',
  'jwk-set': 'a JWK set',
  'key-object': 'a KeyObject',
} as const;

/** The container a key was found in. */
export type Container = keyof typeof containers;

/** What a key says of itself in logs, reports and `doctor`: nothing secret. */
export interface KeyDescription {
  readonly half: 'private' | 'public';
  readonly type: string;
  /** RSA modulus length; absent for other types. */
  readonly bits?: number;
  readonly container: Container;
  readonly kid?: string;
  readonly alias?: string;
  /** Hex SHA-256 over the DER SubjectPublicKeyInfo of the public half. */
  readonly publicKeySha256: string;
  /** ISO 8601, end of the certificate's validity. */
  readonly notAfter?: string;
}

/** What is known of a key beside its bits. */
export interface KeyFacts {
  readonly container: Container;
  /** A JWK's own `kid`. */
  readonly kid?: string | undefined;
  /** The friendly name in a P12. */
  readonly alias?: string | undefined;
  /** A JWK's `alg`, `use` and `key_ops`, which limit what it may be used for. */
  readonly alg?: string | undefined;
  readonly use?: string | undefined;
  readonly keyOps?: readonly string[] | undefined;
  /** The certificate that came with the key and fits it. */
  readonly certificate?: X509Certificate | undefined;
}

/**
 * How a key id is made: the JWK's own, the hex SHA-256 of the DER SubjectPublicKeyInfo (the default of
 * Mastercard's libraries), or the SHA-256 of the DER certificate in hex or base64. They differ: the two sides
 * must mean the same.
 */
export type KidRule = 'jwk' | 'public-key-sha256' | 'certificate-sha256-hex' | 'certificate-sha256-base64';

function spkiSha256(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

abstract class Material {
  /** The key itself, ready for node:crypto. Shows nothing when printed. */
  readonly key: KeyObject;
  readonly #facts: KeyFacts;
  /** Kept: it is asked for with every batch. */
  #publicKeySha256: string | undefined;

  constructor(key: KeyObject, facts: KeyFacts) {
    this.key = key;
    this.#facts = facts;
  }

  get container(): Container {
    return this.#facts.container;
  }

  get kid(): string | undefined {
    return this.#facts.kid;
  }

  get alias(): string | undefined {
    return this.#facts.alias;
  }

  get alg(): string | undefined {
    return this.#facts.alg;
  }

  get use(): string | undefined {
    return this.#facts.use;
  }

  get keyOps(): readonly string[] | undefined {
    return this.#facts.keyOps;
  }

  get certificate(): X509Certificate | undefined {
    return this.#facts.certificate;
  }

  /** When the certificate that came with the key expires; absent when none came (or none could be read). */
  get notAfter(): Date | undefined {
    return this.certificate === undefined ? undefined : new Date(this.certificate.validTo);
  }

  /** Hex SHA-256 over the DER SubjectPublicKeyInfo: the same for both halves of a pair. */
  get publicKeySha256(): string {
    return (this.#publicKeySha256 ??= spkiSha256(this.publicKeyObject()));
  }

  /** The JWK thumbprint of the public half (RFC 7638, SHA-256, base64url): 43 characters. */
  get thumbprint(): string {
    return jwkThumbprint(this.publicKeyObject());
  }

  /**
   * The key id by a rule; undefined when the key lacks what the rule needs (a JWK's `kid`, a certificate).
   */
  kidBy(rule: KidRule): string | undefined {
    if (rule === 'jwk') return this.kid;
    if (rule === 'public-key-sha256') return this.publicKeySha256;
    if (this.certificate === undefined) return undefined;
    return createHash('sha256')
      .update(this.certificate.raw)
      .digest(rule === 'certificate-sha256-hex' ? 'hex' : 'base64');
  }

  /** What may be shown of this key. */
  describe(): KeyDescription {
    return defined<KeyDescription>({
      half: this.key.type === 'private' ? 'private' : 'public',
      type: this.key.asymmetricKeyType ?? this.key.type,
      bits: this.key.asymmetricKeyDetails?.modulusLength,
      container: this.container,
      kid: this.kid,
      alias: this.alias,
      publicKeySha256: this.publicKeySha256,
      notAfter: this.notAfter?.toISOString(),
    });
  }

  toJSON(): KeyDescription {
    return this.describe();
  }

  [inspect.custom](): string {
    return `${this.constructor.name} ${inspect(this.describe())}`;
  }

  protected abstract publicKeyObject(): KeyObject;
}

/** A public key and what is known of it. */
export class PublicKey extends Material {
  protected override publicKeyObject(): KeyObject {
    return this.key;
  }
}

/** What the public half does for each operation of the private half (RFC 7517 section 4.3). */
const counterparts: Readonly<Record<string, string>> = {
  sign: 'verify',
  decrypt: 'encrypt',
  unwrapKey: 'wrapKey',
};

/** A private key and what is known of it. Printing it shows {@link KeyDescription} only. */
export class PrivateKey extends Material {
  protected override publicKeyObject(): KeyObject {
    return createPublicKey(this.key);
  }

  /** The public half, with the same id, alias, certificate and purpose. */
  get publicKey(): PublicKey {
    const { container, kid, alias, alg, use, certificate } = this;
    const keyOps = this.keyOps?.map((operation) => counterparts[operation] ?? operation);
    return new PublicKey(this.publicKeyObject(), { container, kid, alias, alg, use, keyOps, certificate });
  }

  /** Whether this is the private half of that public key: same type, same public numbers. */
  matches(publicKey: PublicKey): boolean {
    return this.publicKeySha256 === publicKey.publicKeySha256;
  }
}
