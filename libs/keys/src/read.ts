import { KeyObject } from 'node:crypto';
import { quotedName } from './quoted-name.ts';
import { KeyError } from './errors.ts';
import { detect } from './format.ts';
import { keyFromJwk, parseJwks, type Jwk } from './jwk/jwk.ts';
import { type Container, PrivateKey, PublicKey } from './material.ts';
import { privateFromBlocks, publicFromBlocks, refusePublic, wrongKind } from './read-blocks.ts';
import type { PrivateKeyOptions, PublicKeyOptions } from './read-options.ts';
import { type Content, givenContent, type KeySource, readKeyFile } from './source.ts';

/**
 * Reads a private key: P12, PEM (PKCS#1, PKCS#8, encrypted, SEC1), DER of the same, JWK or JWK set, or a
 * `KeyObject`. A file must be readable by its owner only. What a file costs to open is spent on another
 * thread when it is much. Throws {@link KeyError}, whose hint names what would fix it.
 */
export async function readPrivateKey(
  source: KeySource,
  options: PrivateKeyOptions = {},
): Promise<PrivateKey> {
  if (source instanceof KeyObject) {
    if (source.type !== 'private')
      throw wrongKind('the KeyObject given', `a ${source.type} KeyObject`, 'private');
    return new PrivateKey(source, { container: 'key-object' });
  }
  if ('jwk' in source)
    return privateFromJwk([{ ...source.jwk }], {
      where: 'the JWK given',
      container: 'jwk',
      kid: options.kid,
    });
  const content = await load(source, options.allowReadableByOthers !== true).catch((error: unknown) =>
    refuseExposed(source, error),
  );
  const format = await detect(content);
  if ('json' in format) {
    const { container, jwks } = parseJwks(format.json, content.where);
    return privateFromJwk(
      jwks.filter((jwk) => container === 'jwk' || 'd' in jwk),
      { where: content.where, container, kid: options.kid },
    );
  }
  return privateFromBlocks(content, format.blocks, options);
}

/**
 * Reads a public key: PEM (SPKI, PKCS#1, certificate or chain), DER of the same, JWK or JWK set, or a
 * `KeyObject`. Of a chain of certificates it is the key of the last one, which issued none of the others. A
 * private key is refused, so that nobody encrypts to themselves by mistake; take `.publicKey` of
 * {@link readPrivateKey} for that. Throws {@link KeyError}.
 */
export async function readPublicKey(source: KeySource, options: PublicKeyOptions = {}): Promise<PublicKey> {
  if (source instanceof KeyObject) {
    if (source.type !== 'public')
      throw wrongKind('the KeyObject given', `a ${source.type} KeyObject`, 'public');
    return new PublicKey(source, { container: 'key-object' });
  }
  if ('jwk' in source)
    return publicFromJwk([{ ...source.jwk }], { where: 'the JWK given', container: 'jwk', kid: options.kid });
  const content = await load(source, false);
  const format = await detect(content);
  if ('json' in format) {
    const { container, jwks } = parseJwks(format.json, content.where);
    return publicFromJwk(jwks, { where: content.where, container, kid: options.kid });
  }
  return publicFromBlocks(content, format.blocks);
}

/** A file that everybody may read because it holds a public key is the wrong file, and not one to protect. */
async function refuseExposed(
  source: Exclude<KeySource, KeyObject | { jwk: unknown }>,
  error: unknown,
): Promise<never> {
  if (error instanceof KeyError && error.code === 'file-readable-by-others') {
    const content = await load(source, false);
    const format = await detect(content);
    if ('blocks' in format) refusePublic(content.where, format.blocks);
  }
  throw error;
}

async function load(
  source: Exclude<KeySource, KeyObject | { jwk: unknown }>,
  secret: boolean,
): Promise<Content> {
  if ('file' in source) return readKeyFile(source.file, secret);
  return givenContent('text' in source ? Buffer.from(source.text, 'utf8') : source.bytes);
}

interface JwkPlace {
  readonly where: string;
  readonly container: Container;
  readonly kid: string | undefined;
}

function privateFromJwk(jwks: readonly Jwk[], place: JwkPlace): PrivateKey {
  const { key, facts } = keyFromJwk(oneJwk(jwks, place), 'private', place);
  return new PrivateKey(key, facts);
}

function publicFromJwk(jwks: readonly Jwk[], place: JwkPlace): PublicKey {
  const { key, facts } = keyFromJwk(oneJwk(jwks, place), 'public', place);
  return new PublicKey(key, facts);
}

function oneJwk(jwks: readonly Jwk[], { where, kid }: JwkPlace): Jwk {
  const matching = kid === undefined ? jwks : jwks.filter((jwk) => jwk['kid'] === kid);
  const [chosen, second] = matching;
  if (chosen !== undefined && second === undefined) return chosen;
  const kids = jwks.map((jwk) =>
    typeof jwk['kid'] === 'string' ? quotedName(jwk['kid']) : 'one without a kid',
  );
  throw new KeyError(chosen === undefined ? 'kid-unknown' : 'several-keys', {
    where,
    found: `${jwks.length} fitting key${jwks.length === 1 ? '' : 's'}: ${kids.slice(0, 20).join(', ') || 'none'}`,
    expected:
      kid === undefined
        ? 'exactly one, or a kid that chooses'
        : `exactly one with the kid ${quotedName(kid)}`,
    hint: 'Give the kid of the key that is meant.',
  });
}
