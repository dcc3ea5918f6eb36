/** What opens and chooses a private key. */
export interface PrivateKeyOptions {
  /** Of a P12, an encrypted PKCS#8 or an encrypted PKCS#1. Never repeated in an error. */
  readonly password?: string;
  /**
   * Which key of a P12: its friendly name, or the same in another case if no other key has that. Needed only
   * when there are several.
   */
  readonly alias?: string;
  /** Which key of a JWK set. Needed only when there are several. */
  readonly kid?: string;
  /**
   * Read the file although its group or others can read it, for mounts that allow no other mode. Default
   * false.
   */
  readonly allowReadableByOthers?: boolean;
}

/** What chooses a public key. */
export interface PublicKeyOptions {
  /** Which key of a JWK set. Needed only when there are several. */
  readonly kid?: string;
}
