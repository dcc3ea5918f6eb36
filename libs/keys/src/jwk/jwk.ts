import { createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from 'node:crypto';
import { quotedName } from '../quoted-name.ts';
import { KeyError } from '../errors.ts';
import type { Container, KeyFacts } from '../material.ts';

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
    return { key, facts: factsOf(jwk, container) };
  } catch {
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
