import { quotedName } from '../quoted-name.ts';
import { KeyError } from '../errors.ts';
import { keyFromJwk, parseJwks } from '../jwk/jwk.ts';
import { PublicKey } from '../material.ts';

/** What a set holds. */
export interface UsableKeys {
  readonly keys: readonly PublicKey[];
  /** Entries that are no public keys, by kid or position, with the reason. */
  readonly ignored: readonly string[];
}

/**
 * The public keys of a set. Private and symmetric entries have no business there and are left out by name,
 * and so is whatever does not decode: one bad entry stops nothing. Throws {@link KeyError} when no key is
 * left.
 */
export function usableKeys(
  body: string,
  place: { readonly where: string; readonly hint: string },
): UsableKeys {
  const { where } = place;
  const { jwks, container } = parseJwks(body, where);
  const keys: PublicKey[] = [];
  const ignored: string[] = [];
  for (const [index, jwk] of jwks.entries()) {
    try {
      const { key, facts } = keyFromJwk(jwk, 'public', { where, container });
      keys.push(new PublicKey(key, facts));
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      const { kid } = jwk;
      ignored.push(`${typeof kid === 'string' ? quotedName(kid) : `entry ${index + 1}`}: ${error.found}`);
    }
  }
  if (keys.length === 0) throw setUnusable(place, 'a JWK set without a usable public key');
  return { keys, ignored };
}

/** A source answered, and the answer is no set. */
export function setUnusable(
  { where, hint }: { readonly where: string; readonly hint: string },
  found: string,
): KeyError {
  return new KeyError('set-unusable', { where, found, expected: 'a JWK set', hint });
}
