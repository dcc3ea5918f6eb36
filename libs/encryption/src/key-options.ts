import type { KeyObject } from 'node:crypto';
import type { KidRule, PublicKey } from '@enrollkit/keys';
import type { KeyAlgorithm, SealAlgorithm } from './algorithms.ts';

/** How a public key is used for sealing. */
export interface EncryptionKeyOptions {
  /** Content encryption. Default `A128GCM`. */
  readonly enc?: SealAlgorithm;
  /**
   * The `kid` header, or the rule that makes it. Default: the JWK's own, else the hex SHA-256 of the public
   * key.
   */
  readonly kid?: string | { readonly rule: KidRule };
  /** The `cty` header, for example `application/json`. Default: none. */
  readonly cty?: string;
}

/** How a private key is used for opening. */
export interface DecryptionKeyOptions {
  /**
   * Pins the key id: a token that names another, or none, is refused. Without it a key opens whatever its
   * `kid` says, for peers name the same key in different ways.
   */
  readonly kid?: string;
  /** Key encryption. Default `RSA-OAEP-256`, the only one Mastercard uses. */
  readonly alg?: KeyAlgorithm;
}

/** Unwraps content keys somewhere else: in an HSM, in a cloud KMS. What a signer is to signing. */
export interface Opener {
  /** The public half of the key that is held there. */
  readonly publicKey: PublicKey | KeyObject;
  /**
   * Decrypts by RSA-OAEP with the hash of `alg` for OAEP and MGF1. Resolves to the content key, or to
   * `undefined` when the wrapped key does not unwrap; rejects only when the key could not be asked.
   */
  readonly unwrap: (wrapped: Uint8Array, alg: KeyAlgorithm) => Promise<Uint8Array | undefined>;
}
