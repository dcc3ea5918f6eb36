import { randomBytes, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { createSigner, type SignatureMethod, type SignFunction } from '../algorithms.ts';
import type { AuthenticationHeaders, Authenticator, OutgoingRequest, SentRequest } from '../authenticator.ts';
import { authorizationHeader, problemWithValue, parseAuthorizationHeader } from './authorization-header.ts';
import { requestBaseString } from './base-string.ts';
import { bodyHash } from './body-hash.ts';
import type { Dialect } from './dialect.ts';
import { InvalidOptionError, InvalidRequestError } from '../errors.ts';
import { notNegative } from '../limits.ts';
import { explainMismatch, type Mismatch } from './explain.ts';

/** What {@link oauth1} needs to know. */
export interface OAuth1Options {
  /** The consumer key of the project: client id, `!`, key id (97 characters at Mastercard). */
  readonly consumerKey: string;
  /** The signing key: an RSA private key of at least 2048 bits, or a function that signs elsewhere. */
  readonly key: KeyObject | SignFunction;
  /** Default `RSA-SHA256`. */
  readonly method?: SignatureMethod;
  /** Default `mastercard`. */
  readonly dialect?: Dialect;
  /** Milliseconds since 1970, UTC. Default `Date.now`. */
  readonly clock?: () => number;
  /**
   * A value never used before with the same timestamp: letters, digits and `._~!-`. Default 16 random letters
   * and digits.
   */
  readonly nonce?: () => string;
}

const METHODS: readonly SignatureMethod[] = ['RSA-SHA256', 'RSA-PSS'];
const CONSUMER_KEY = /^[A-Za-z0-9._~-]+![A-Za-z0-9._~-]+$/;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const NONCE_LENGTH = 16;

/**
 * OAuth 1.0a, one-legged, as Mastercard's gateway wants it (RFC 5849; OAuth Request Body Hash 1.0): every
 * request carries the hash of its exact bytes and a signature over method, URL, query and hash.
 * The key is judged once, here; signatures are made on node's thread pool.
 *
 * @throws {InvalidKeyError} when the key cannot sign with the method
 * @throws {InvalidOptionError} when the consumer key or another option cannot be used
 */
export function oauth1(options: OAuth1Options): Authenticator {
  return new OAuth1Authenticator(options);
}

class OAuth1Authenticator implements Authenticator {
  readonly #consumerKey: string;
  readonly #sign: SignFunction;
  readonly #method: SignatureMethod;
  readonly #dialect: Dialect;
  readonly #clock: () => number;
  readonly #nonce: () => string;

  constructor({
    consumerKey,
    key,
    method = 'RSA-SHA256',
    dialect = 'mastercard',
    clock = Date.now,
    nonce = randomNonce,
  }: OAuth1Options) {
    checkOptions(consumerKey, method, dialect);
    this.#consumerKey = consumerKey;
    this.#sign = createSigner(key, method);
    this.#method = method;
    this.#dialect = dialect;
    this.#clock = clock;
    this.#nonce = nonce;
  }

  async authenticate({ method, url, body }: OutgoingRequest): Promise<AuthenticationHeaders> {
    const oauth = {
      oauth_body_hash: bodyHash(body),
      oauth_consumer_key: this.#consumerKey,
      oauth_nonce: this.#freshNonce(),
      oauth_signature_method: this.#method,
      oauth_timestamp: String(Math.floor(notNegative('clock', this.#clock()) / 1000)),
      oauth_version: '1.0',
    };
    const signature = await this.#sign(Buffer.from(requestBaseString({ method, url }, oauth, this.#dialect)));
    return { authorization: authorizationHeader(oauth, signature, this.#dialect) };
  }

  explain({ method, url, authorization }: SentRequest, description: string): Mismatch | undefined {
    const { written, decoded } = parseAuthorizationHeader(authorization);
    const oauth = this.#dialect === 'rfc5849' ? decoded : written;
    return explainMismatch(requestBaseString({ method, url }, oauth, this.#dialect), description);
  }

  #freshNonce(): string {
    const nonce = this.#nonce();
    if (nonce === '' || problemWithValue('oauth_nonce', nonce) !== undefined) {
      throw new InvalidRequestError(
        'nonce must be letters, digits and ._~!- only, and not empty',
        'Correct the nonce option, or leave it out.',
      );
    }
    return nonce;
  }

  toJSON(): Readonly<Record<string, string>> {
    return {
      scheme: 'OAuth 1.0a',
      consumerKey: '[hidden]',
      method: this.#method,
      dialect: this.#dialect,
      key: '[hidden]',
    };
  }

  [inspect.custom](): string {
    return `OAuth1Authenticator ${inspect(this.toJSON())}`;
  }
}

function checkOptions(consumerKey: string, method: SignatureMethod, dialect: Dialect): void {
  if (!METHODS.includes(method))
    throw new InvalidOptionError(`method must be ${METHODS.join(' or ')}; found ${JSON.stringify(method)}`);
  if (dialect === 'mastercard' && !CONSUMER_KEY.test(consumerKey)) {
    const parts = consumerKey.split('!').length;
    throw new InvalidOptionError(
      `consumerKey must be a client id, "!" and a key id; found ${consumerKey.length} characters in ${parts} part${parts === 1 ? '' : 's'}`,
      "Copy the whole consumer key from the project's page.",
    );
  }
  const problem = consumerKey === '' ? 'it is empty' : problemWithValue('oauth_consumer_key', consumerKey);
  if (problem !== undefined) throw new InvalidOptionError(`consumerKey cannot be used: ${problem}`);
}

// Random bytes are drawn in bulk: asking for a few costs as much as asking for many.
let randomness = Buffer.alloc(0);
let drawn = 0;

// Bytes of 248 and above are dropped: 248 is the largest multiple of 62, so each character is equally likely.
function randomNonce(): string {
  let nonce = '';
  while (nonce.length < NONCE_LENGTH) {
    if (drawn === randomness.length) {
      randomness = randomBytes(1024);
      drawn = 0;
    }
    const byte = randomness[drawn] ?? 255;
    drawn += 1;
    if (byte < 248) nonce += ALPHABET[byte % 62];
  }
  return nonce;
}
