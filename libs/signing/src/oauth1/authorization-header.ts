import type { Dialect, OAuthParameters } from './dialect.ts';
import { MalformedHeaderError } from '../errors.ts';
import { percentDecode, percentEncode } from './percent.ts';

const MAX_LENGTH = 8192;
const SCHEME = /^OAuth[ \t]+/i;
const PAIR = /[ \t]*([A-Za-z_]+)="([\x21\x23-\x7e]*)"[ \t]*(,|$)/y;

// What a value may be once decoded. No `&`, `=` or `%` except in base64: in the Mastercard dialect values
// enter the base string unencoded, and one that could hold a separator could stand for another parameter.
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const TOKEN = /^[A-Za-z0-9._~!-]*$/;
const VALUES: Readonly<Record<string, RegExp>> = {
  oauth_body_hash: BASE64,
  oauth_signature: BASE64,
  oauth_timestamp: /^(?:0|[1-9][0-9]{0,14})$/,
};

/** An `Authorization: OAuth` header, taken apart. */
export interface ParsedAuthorization {
  /** Protocol parameters as written: this is what enters the base string of the `mastercard` dialect. */
  readonly written: OAuthParameters;
  /** The same, percent-decoded. */
  readonly decoded: OAuthParameters;
  /** The signature's bytes. */
  readonly signature: Uint8Array;
}

/**
 * Writes the value of the `Authorization` header (RFC 5849 section 3.5.1), `oauth_signature` last.
 * In the `mastercard` dialect only the signature is percent-encoded, as its gateway expects.
 */
export function authorizationHeader(
  oauth: OAuthParameters,
  signature: Uint8Array,
  dialect: Dialect = 'mastercard',
): string {
  const write = dialect === 'rfc5849' ? percentEncode : (value: string): string => value;
  const pairs = Object.entries(oauth).map(([name, value]) => `${name}="${write(value)}"`);
  const base64 = Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength).toString('base64');
  return `OAuth ${pairs.join(',')},oauth_signature="${percentEncode(base64)}"`;
}

/**
 * Reads an `Authorization: OAuth` header of either dialect. Strict: each parameter once, only `oauth_*` names
 * (and `realm`, which is dropped), only characters that cannot be mistaken for a separator.
 *
 * @throws {MalformedHeaderError} naming the parameter at fault
 */
export function parseAuthorizationHeader(header: string): ParsedAuthorization {
  if (header.length > MAX_LENGTH)
    throw new MalformedHeaderError(`header has ${header.length} characters, more than ${MAX_LENGTH}`);
  const scheme = SCHEME.exec(header);
  if (scheme === null) throw new MalformedHeaderError('header does not begin with "OAuth "');
  const written: Record<string, string> = Object.create(null);
  const decoded: Record<string, string> = Object.create(null);
  for (const [name, value] of readPairs(header, scheme[0].length)) {
    if (name === 'realm') continue;
    if (name in written) throw new MalformedHeaderError(`parameter ${name} appears twice`);
    written[name] = value;
    decoded[name] = checkedValue(name, value);
  }
  const signature = readSignature(decoded['oauth_signature'] ?? '');
  delete written['oauth_signature'];
  delete decoded['oauth_signature'];
  return { written, decoded, signature };
}

/** The reason why a protocol parameter cannot have this (decoded) value, or undefined when it can. */
export function problemWithValue(name: string, value: string): string | undefined {
  const allowed = VALUES[name] ?? TOKEN;
  return allowed.test(value)
    ? undefined
    : `parameter ${name} has a character or form that is not allowed there`;
}

function readSignature(text: string): Uint8Array {
  if (text === '') throw new MalformedHeaderError('parameter oauth_signature is missing or empty');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text)
    throw new MalformedHeaderError('parameter oauth_signature is not base64 in its one canonical form');
  return bytes;
}

function checkedValue(name: string, value: string): string {
  if (!name.startsWith('oauth_'))
    throw new MalformedHeaderError(`parameter ${name} is not an OAuth parameter`);
  const plain = percentDecode(value);
  const problem = problemWithValue(name, plain);
  if (problem !== undefined) throw new MalformedHeaderError(problem);
  if (value !== plain && value !== percentEncode(plain)) {
    throw new MalformedHeaderError(`parameter ${name} is percent-encoded only in part`);
  }
  return plain;
}

function* readPairs(header: string, start: number): Generator<readonly [string, string]> {
  PAIR.lastIndex = start;
  for (let at = start; at < header.length; ) {
    PAIR.lastIndex = at;
    const match = PAIR.exec(header);
    if (match === null)
      throw new MalformedHeaderError(`cannot read a name="value" pair at character ${at + 1}`);
    const [whole, name = '', value = '', end] = match;
    at += whole.length;
    if (end === ',' && at === header.length) throw new MalformedHeaderError('header ends with a comma');
    yield [name, value];
  }
}
