import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  type webcrypto,
  X509Certificate,
} from 'node:crypto';
import { quotedName } from '../quoted-name.ts';
import { KeyError } from '../errors.ts';
import type { Container, KeyFacts } from '../material.ts';
import { hasRsaNumbers } from '../rsa.ts';

/**
 * A JSON Web Key as read: members that are not text are treated as absent (RFC 7517 section 4 lets a reader
 * ignore them).
 */
export type Jwk = Readonly<Record<string, unknown>>;

/** A key made of a JWK, and what the JWK said of it. */
export interface JwkKey {
  readonly key: KeyObject;
  readonly facts: KeyFacts;
}

/** Parses JSON text that should hold a JWK or a JWK set, and returns its keys. Throws {@link KeyError}. */
export function parseJwks(
  text: string,
  where: string,
): { readonly container: 'jwk' | 'jwk-set'; readonly jwks: readonly Jwk[] } {
  const value = parseJson(text, where);
  if (isRecord(value) && Array.isArray(value['keys']))
    return { container: 'jwk-set', jwks: value['keys'].filter(isRecord) };
  if (isRecord(value) && typeof value['kty'] === 'string') return { container: 'jwk', jwks: [value] };
  throw new KeyError('format-unknown', {
    where,
    found: 'JSON that is neither a JWK (no "kty") nor a JWK set (no "keys")',
    expected: 'a JWK or a JWK set',
    hint: 'See RFC 7517 sections 4 and 5 for their form.',
  });
}

/** Makes the private or public key a JWK describes. Throws {@link KeyError}. */
export function keyFromJwk(
  jwk: Jwk,
  half: 'private' | 'public',
  { where, container }: { where: string; container: Container },
): JwkKey {
  const isPrivate = typeof jwk['d'] === 'string' || typeof jwk['priv'] === 'string';
  if (jwk['kty'] === 'oct' || isPrivate !== (half === 'private')) throw wrongHalf(jwk, half, where);
  try {
    const input = { key: jwk as webcrypto.JsonWebKey, format: 'jwk' } as const;
    const key = half === 'private' ? createPrivateKey(input) : createPublicKey(input);
    if (!hasRsaNumbers(key)) throw new Error('numbers that do not belong together');
    return { key, facts: { ...factsOf(jwk, container), certificate: certificateOf(jwk, key, where) } };
  } catch (error) {
    if (error instanceof KeyError) throw error;
    throw new KeyError('damaged', {
      where,
      found: `a JWK${kidWords(jwk)} whose numbers make no ${half} key`,
      expected: 'every member its type needs (RFC 7518 section 6), in base64url',
      hint:
        half === 'private'
          ? 'An RSA private JWK needs n, e, d, p, q, dp, dq and qi.'
          : 'An RSA public JWK needs n and e.',
    });
  }
}

/**
 * The certificate of a JWK, whose key must be that of the JWK (RFC 7517 section 4.7): somebody who looks only
 * at one of the two must not mean another key. One that cannot be read is treated as absent.
 */
function certificateOf(jwk: Jwk, key: KeyObject, where: string): X509Certificate | undefined {
  const [text]: readonly unknown[] = Array.isArray(jwk['x5c']) ? jwk['x5c'] : [];
  if (typeof text !== 'string') return undefined;
  const certificate = parsedCertificate(Buffer.from(text, 'base64'));
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  if (certificate === undefined || certificate.publicKey.equals(publicKey)) return certificate;
  throw new KeyError('damaged', {
    where,
    found: `a JWK${kidWords(jwk)} with the certificate (x5c) of another key`,
    expected: 'a certificate of the key itself (RFC 7517 section 4.7)',
    hint: 'Ask for the set again, or tell who publishes it: nobody can say which of the two is meant.',
  });
}

function parsedCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    // Decoded on first use, and then it may fail.
    return certificate.publicKey.type === 'public' ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function factsOf(jwk: Jwk, container: Container): KeyFacts {
  const { key_ops: keyOps } = jwk;
  return {
    container,
    kid: textOf(jwk['kid']),
    alg: textOf(jwk['alg']),
    use: textOf(jwk['use']),
    keyOps: Array.isArray(keyOps) ? keyOps.filter((one) => typeof one === 'string') : undefined,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function wrongHalf(jwk: Jwk, half: 'private' | 'public', where: string): KeyError {
  const found =
    jwk['kty'] === 'oct' ? 'a symmetric JWK' : `a ${half === 'private' ? 'public' : 'private'} JWK`;
  return new KeyError('wrong-kind', {
    where,
    found: `${found}${kidWords(jwk)}`,
    expected: `a ${half} key`,
    hint:
      half === 'private'
        ? 'Give the JWK that has the member "d".'
        : 'Give the JWK without its private members; keep the private ones to yourself.',
  });
}

function kidWords(jwk: Jwk): string {
  return typeof jwk['kid'] === 'string' ? ` with the kid ${quotedName(jwk['kid'])}` : '';
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text around the mistake, which may be a key.
    throw new KeyError('damaged', {
      where,
      found: 'text that begins like JSON and is not',
      expected: 'a JWK or a JWK set',
      hint: 'Check it with a JSON tool.',
    });
  }
}

function isRecord(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
