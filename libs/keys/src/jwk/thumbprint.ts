import { hash, type KeyObject } from 'node:crypto';

/** The members that RFC 7638 section 3.2 hashes, in lexicographic order. */
const members: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  AKP: ['alg', 'kty', 'pub'],
};

/**
 * The JWK thumbprint of a public key (RFC 7638, SHA-256, base64url); for a kind of key that has no JWK form,
 * the same hash of its SubjectPublicKeyInfo.
 */
export function jwkThumbprint(publicKey: KeyObject): string {
  const jwk = jwkOf(publicKey);
  const names = members[String(jwk['kty'])];
  if (names === undefined)
    return hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'base64url');
  return hash(
    'sha256',
    JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))),
    'base64url',
  );
}

function jwkOf(publicKey: KeyObject): Readonly<Record<string, unknown>> {
  try {
    return { ...publicKey.export({ format: 'jwk' }) };
  } catch {
    return {};
  }
}
