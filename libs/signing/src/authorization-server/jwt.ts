import { constants, hash, type KeyObject, verify } from 'node:crypto';

/** A compact JWS (RFC 7515) taken apart, not yet judged. */
export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** Takes a JWT apart; undefined when it is none. */
export function readJwt(text: string): Jwt | undefined {
  const parts = text.split('.');
  const [head = '', body = '', signature = ''] = parts;
  const [header, claims] = [readObject(head), readObject(body)];
  if (parts.length !== 3 || header === undefined || claims === undefined) return undefined;
  return {
    header,
    claims,
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** Whether the signature is right: PS256 for RSA, ES256 for EC, nothing else (FAPI 2.0 section 5.4). */
export function signatureHolds({ header, signed, signature }: Jwt, key: KeyObject): boolean {
  if (header['alg'] === 'PS256' && key.asymmetricKeyType === 'rsa') {
    return verify(
      'sha256',
      signed,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
      signature,
    );
  }
  return (
    header['alg'] === 'ES256' &&
    key.asymmetricKeyType === 'ec' &&
    verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)
  );
}

/** The thumbprint of a public JWK (RFC 7638). */
export function thumbprint(jwk: Readonly<Record<string, unknown>>): string {
  const { kty, crv, x, y, e, n } = jwk;
  return sha256(JSON.stringify(kty === 'EC' ? { crv, kty, x, y } : { e, kty, n }));
}

/** Base64url SHA-256. */
export function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}

function readObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
