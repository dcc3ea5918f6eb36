import { hash, type KeyObject } from 'node:crypto';
import type { JwsAlgorithm, SignFunction } from '../algorithms.ts';

/** What stands in a JWT's header or payload. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Signs claims into a compact JWS (RFC 7515 section 3.1); `alg` must be what the signer does. */
export async function signJwt(
  header: JsonObject & { readonly alg: JwsAlgorithm },
  claims: JsonObject,
  sign: SignFunction,
): Promise<string> {
  const signingInput = `${encodeJson(header)}.${encodeJson(claims)}`;
  const signature = await sign(Buffer.from(signingInput));
  return `${signingInput}.${Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength).toString('base64url')}`;
}

/**
 * The public half of a key as a JWK with its required members only (RFC 7518 section 6), in the order RFC
 * 7638 hashes them.
 */
export function publicJwk(publicKey: KeyObject): Readonly<Record<string, string>> {
  const { kty = '', crv = '', x = '', y = '', e = '', n = '' } = publicKey.export({ format: 'jwk' });
  return kty === 'EC' ? { crv, kty, x, y } : { e, kty, n };
}

/** The JWK thumbprint (RFC 7638 section 3, SHA-256, base64url): what DPoP calls `jkt`. */
export function thumbprint(jwk: Readonly<Record<string, string>>): string {
  return hash('sha256', JSON.stringify(jwk), 'base64url');
}

function encodeJson(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
