import { KeyError } from '../errors.ts';
import type { PublicKey } from '../material.ts';

/**
 * Which keys of a set are trusted, by what they are and not by what they are called: JWK thumbprints (RFC
 * 7638, base64url) or SHA-256 hashes of the DER SubjectPublicKeyInfo (hex or base64). Several allow a
 * rotation.
 */
export class Pins {
  readonly #digests: ReadonlySet<string>;

  /** Throws {@link KeyError} `option-unfit` for a text that is no SHA-256. */
  constructor(pins: readonly string[]) {
    this.#digests = new Set(pins.map(digestOf));
  }

  has(key: PublicKey): boolean {
    return (
      this.#digests.has(key.publicKeySha256) ||
      this.#digests.has(Buffer.from(key.thumbprint, 'base64url').toString('hex'))
    );
  }
}

/** A SHA-256 in lower-case hex, from hex, base64 or base64url. */
function digestOf(pin: string): string {
  if (/^[\da-f]{64}$/i.test(pin)) return pin.toLowerCase();
  if (/^[\w+/-]{43}=?$/.test(pin)) return Buffer.from(pin, 'base64').toString('hex');
  throw new KeyError('option-unfit', {
    where: 'the pins of the key set',
    found: `a text of ${pin.length} characters`,
    expected: 'a SHA-256 in hex (64 characters), base64 or base64url (43 characters)',
    hint: 'Give the JWK thumbprint (RFC 7638) of the key, or the SHA-256 of its DER SubjectPublicKeyInfo.',
  });
}

/**
 * Whether a key is among the pins, for a key that does not come out of a set. Throws {@link KeyError}
 * `key-not-pinned`.
 */
export function checkPinned(key: PublicKey, pins: readonly string[], where: string): void {
  if (!new Pins(pins).has(key)) throw notPinned(key, where);
}

/** The set offers a key that nobody has confirmed. */
export function notPinned(key: PublicKey, where: string): KeyError {
  return new KeyError('key-not-pinned', {
    where,
    found: `the key "${key.kid ?? 'without a kid'}" with the thumbprint ${key.thumbprint}, which is not pinned`,
    expected: 'a key whose thumbprint, or hash, is among the pins',
    hint:
      'Compare the thumbprint with one that the provider gives you by another way (telephone, signed letter). ' +
      `Only then adopt it: enrollkit keys adopt ${key.thumbprint}`,
  });
}
