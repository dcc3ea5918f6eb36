import { hash, type KeyObject } from 'node:crypto';

/** The members that RFC 7638 section 3.2 hashes, in lexicographic order. */
const members: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
};

/** The JWK thumbprint of a public key (RFC 7638, SHA-256, base64url). Throws `TypeError` for a key that has no JWK form. */
export function jwkThumbprint(publicKey: KeyObject): string {
  const jwk: Readonly<Record<string, unknown>> = { ...publicKey.export({ format: 'jwk' }) };
  const names = members[String(jwk['kty'])];
  if (names === undefined) throw new TypeError(`a key of type ${String(jwk['kty'])} has no thumbprint`);
  return hash(
    'sha256',
    JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))),
    'base64url',
  );
}
