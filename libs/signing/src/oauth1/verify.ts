import { timingSafeEqual, type KeyObject } from 'node:crypto';
import { verifySignature, type SignatureMethod } from '../algorithms.ts';
import { parseAuthorizationHeader, type ParsedAuthorization } from './authorization-header.ts';
import { requestBaseString } from './base-string.ts';
import { bodyHash } from './body-hash.ts';
import type { Dialect, OAuthParameters } from './dialect.ts';
import { InvalidRequestError, MalformedHeaderError } from '../errors.ts';
import { notNegative } from '../limits.ts';

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /**
   * Absolute URL; on a server, scheme and host in front of the raw request target, so that nothing is
   * normalised.
   */
  readonly url: URL | string;
  /** The `Authorization` header, if there was one. */
  readonly authorization: string | undefined;
  /** The raw body bytes. */
  readonly body: Uint8Array;
}

/** A signature's place in time, for the judgement of replays. */
export interface SeenNonce {
  readonly consumerKey: string;
  readonly nonce: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** How {@link verify} is to judge. */
export interface VerifyOptions {
  /** The registered public key of a consumer key; undefined when it is not known. */
  readonly publicKeyFor: (consumerKey: string) => KeyObject | undefined | Promise<KeyObject | undefined>;
  /**
   * Default `mastercard`, which also accepts values that are percent-encoded in the header, as the gateway
   * does.
   */
  readonly dialect?: Dialect;
  /** Signature methods that are accepted; default both. */
  readonly methods?: readonly SignatureMethod[];
  /** Milliseconds since 1970, UTC. Default `Date.now`. */
  readonly clock?: () => number;
  /** How far the timestamp may lie from the clock, in seconds, either way. Default 300. */
  readonly skewSeconds?: number;
  /**
   * Remembers a nonce whose signature was found right; true when it was remembered before.
   * Without it replays are not noticed.
   */
  readonly isReplay?: (seen: SeenNonce) => boolean | Promise<boolean>;
}

/** Why a request was refused. */
export type RefusalCode =
  | 'header-missing'
  | 'header-malformed'
  | 'parameter-missing'
  | 'signature-method-unsupported'
  | 'version-unsupported'
  | 'request-unsignable'
  | 'consumer-key-unknown'
  | 'body-hash-mismatch'
  | 'signature-mismatch'
  | 'timestamp-out-of-range'
  | 'nonce-replayed';

/** What {@link verify} found. */
export type Verification =
  | {
      readonly ok: true;
      readonly consumerKey: string;
      readonly parameters: OAuthParameters;
      readonly baseString: string;
    }
  | {
      readonly ok: false;
      readonly code: RefusalCode;
      /** What is wrong, in one line. */
      readonly message: string;
      /** The parameters of the header, decoded, when it could be read. */
      readonly parameters?: OAuthParameters;
      /** The base string computed here, when there could be one; a gateway quotes it. */
      readonly baseString?: string;
    };

type Refusal = Extract<Verification, { ok: false }>;

const REQUIRED = [
  'oauth_consumer_key',
  'oauth_nonce',
  'oauth_signature_method',
  'oauth_timestamp',
  'oauth_body_hash',
] as const;
const METHODS: readonly SignatureMethod[] = ['RSA-SHA256', 'RSA-PSS'];
const SKEW_SECONDS = 300;

/**
 * Judges the signature of a received request (RFC 5849 section 3.2): header, body hash over the raw bytes,
 * key, signature, time, and only then the nonce, so that nobody without the key can use up a nonce.
 * A bad request is a result, never an error; what `publicKeyFor` and `isReplay` throw passes through.
 *
 * @throws {InvalidKeyError} when `publicKeyFor` gives a key that cannot serve
 * @throws {InvalidOptionError} when `skewSeconds` is not a number from 0
 */
export async function verify(request: ReceivedRequest, options: VerifyOptions): Promise<Verification> {
  notNegative('skewSeconds', options.skewSeconds ?? SKEW_SECONDS);
  const header = readHeader(request.authorization);
  if ('ok' in header) return header;
  const parameters = header.decoded;
  const refuse = (code: RefusalCode, message: string, baseString?: string): Refusal => ({
    ok: false,
    code,
    message,
    parameters,
    ...(baseString !== undefined && { baseString }),
  });

  const missing = REQUIRED.find((name) => (parameters[name] ?? '') === '');
  if (missing !== undefined) return refuse('parameter-missing', `parameter ${missing} is missing or empty`);
  const method = (options.methods ?? METHODS).find((known) => known === parameters['oauth_signature_method']);
  if (method === undefined)
    return refuse(
      'signature-method-unsupported',
      `oauth_signature_method ${parameters['oauth_signature_method']} is not supported`,
    );
  const { oauth_version: version = '1.0', oauth_consumer_key: consumerKey = '' } = parameters;
  if (version !== '1.0') return refuse('version-unsupported', `oauth_version must be 1.0; found ${version}`);

  const base = computeBaseString(request, header, options.dialect ?? 'mastercard');
  if (base instanceof InvalidRequestError) return refuse('request-unsignable', base.message);
  const publicKey = await options.publicKeyFor(consumerKey);
  if (publicKey === undefined) return refuse('consumer-key-unknown', 'oauth_consumer_key is not known', base);
  const computed = bodyHash(request.body);
  if (!sameText(computed, parameters['oauth_body_hash'] ?? '')) {
    return refuse(
      'body-hash-mismatch',
      `oauth_body_hash does not match the body: calculated ${computed}, received ${parameters['oauth_body_hash']}`,
      base,
    );
  }
  if (!verifySignature(method, publicKey, { data: Buffer.from(base), signature: header.signature })) {
    return refuse(
      'signature-mismatch',
      'oauth_signature is not the signature of this request by this consumer key',
      base,
    );
  }
  const late = await judgeTime(parameters, options);
  return late === undefined
    ? { ok: true, consumerKey, parameters, baseString: base }
    : refuse(late.code, late.message, base);
}

function readHeader(authorization: string | undefined): ParsedAuthorization | Refusal {
  if (authorization === undefined || authorization === '') {
    return { ok: false, code: 'header-missing', message: 'there is no Authorization header' };
  }
  try {
    return parseAuthorizationHeader(authorization);
  } catch (error) {
    if (error instanceof MalformedHeaderError)
      return { ok: false, code: 'header-malformed', message: error.message };
    throw error;
  }
}

function computeBaseString(
  request: ReceivedRequest,
  header: ParsedAuthorization,
  dialect: Dialect,
): string | InvalidRequestError {
  try {
    return requestBaseString(request, dialect === 'rfc5849' ? header.decoded : header.written, dialect);
  } catch (error) {
    if (error instanceof InvalidRequestError) return error;
    throw error;
  }
}

async function judgeTime(
  parameters: OAuthParameters,
  options: VerifyOptions,
): Promise<{ code: RefusalCode; message: string } | undefined> {
  const { clock = Date.now, skewSeconds = SKEW_SECONDS, isReplay } = options;
  const { oauth_consumer_key: consumerKey = '', oauth_nonce: nonce = '' } = parameters;
  const timestamp = Number(parameters['oauth_timestamp']);
  const apart = timestamp - Math.floor(clock() / 1000);
  if (Math.abs(apart) > skewSeconds) {
    const where = apart < 0 ? 'behind' : 'ahead of';
    return {
      code: 'timestamp-out-of-range',
      message: `oauth_timestamp is ${Math.abs(apart)} s ${where} our clock; at most ${skewSeconds} s are allowed`,
    };
  }
  if (isReplay !== undefined && (await isReplay({ consumerKey, nonce, timestamp }))) {
    return { code: 'nonce-replayed', message: 'oauth_nonce was used before' };
  }
  return undefined;
}

function sameText(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
