import { quoted } from '@enrollkit/base';
import type { Dialect, OAuthParameters } from './dialect.ts';
import { InvalidRequestError } from '../errors.ts';
import { normaliseComponent, percentEncode } from './percent.ts';

const METHOD = /^[A-Za-z]+$/;
const URL_PARTS = /^(https?):\/\/([^/?#\s]+)([^?#]*)(?:\?([^#]*))?(?:#.*)?$/i;
const DEFAULT_PORT: Readonly<Record<string, RegExp>> = { https: /:(?:443)?$/, http: /:(?:80)?$/ };
/** Zeros in front of a port: `:0443` is `:443`, as every URL parser has it. */
const LEADING_ZEROS = /:0+(?=\d+$)/;
const HAS_ESCAPES = /[^\x20-\x7e]|%/;

/** A request as far as its signature base string is concerned. */
export interface RequestLine {
  /** HTTP method; upper-cased in the base string. */
  readonly method: string;
  /**
   * Absolute URL. A string is taken as it stands: pass one on the receiving side, where the raw request line
   * counts.
   */
  readonly url: URL | string;
}

/**
 * The base string URI of RFC 5849 section 3.4.1.2: scheme and host in lower case, default port, query and
 * fragment removed, the path exactly as sent (`/` when empty).
 *
 * @throws {InvalidRequestError} when it is not an absolute http(s) URL, or carries a user name
 */
export function baseUri(url: URL | string): string {
  const { scheme, authority, path } = splitUrl(url);
  return `${scheme}://${authority}${path}`;
}

/**
 * The normalised parameters of RFC 5849 section 3.4.1.3.2: query and OAuth parameters sorted by name, then by
 * value, in byte order, duplicates kept, joined by `&`.
 *
 * @param query what stands after the `?`, without it
 */
export function parameterString(
  query: string,
  oauth: OAuthParameters,
  dialect: Dialect = 'mastercard',
): string {
  const pairs = queryPairs(query, dialect);
  for (const [name, value] of Object.entries(oauth)) {
    pairs.push(dialect === 'rfc5849' ? [percentEncode(name), percentEncode(value)] : [name, value]);
  }
  return pairs
    .sort(byNameThenValue)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/**
 * Joins the three parts of a signature base string (RFC 5849 section 3.4.1.1), encoding each.
 *
 * @throws {InvalidRequestError} when the method is not a word
 */
export function baseString(method: string, uri: string, parameters: string): string {
  if (typeof method !== 'string' || !METHOD.test(method))
    throw new InvalidRequestError(
      `method ${quoted(String(method))} is not an HTTP method`,
      'Give the method as letters, for example POST.',
    );
  return `${method.toUpperCase()}&${percentEncode(uri)}&${percentEncode(parameters)}`;
}

/**
 * The signature base string of a whole request.
 *
 * @throws {InvalidRequestError} when the URL cannot be signed unambiguously: not http(s), with a user name,
 *   or with a query parameter named `oauth_…`, which could change places with a header parameter
 */
export function requestBaseString(
  request: RequestLine,
  oauth: OAuthParameters,
  dialect: Dialect = 'mastercard',
): string {
  const { scheme, authority, path, query } = splitUrl(request.url);
  if (query !== '') refuseProtocolParameters(query);
  return baseString(
    request.method,
    `${scheme}://${authority}${path}`,
    parameterString(query, oauth, dialect),
  );
}

interface UrlParts {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}

function splitUrl(url: URL | string): UrlParts {
  const match = URL_PARTS.exec(typeof url === 'string' ? url : url.href);
  const [, rawScheme = '', rawAuthority = '', path = '', query = ''] = match ?? [];
  if (match === null)
    throw new InvalidRequestError(
      'URL is not an absolute http or https URL',
      'Give scheme, host and path of the request.',
    );
  if (rawAuthority.includes('@')) {
    throw new InvalidRequestError(
      'URL carries a user name, which would not be signed',
      'Remove the part before "@".',
    );
  }
  const scheme = rawScheme.toLowerCase();
  const authority = rawAuthority
    .toLowerCase()
    .replace(LEADING_ZEROS, ':')
    .replace(DEFAULT_PORT[scheme] ?? '', '');
  return { scheme, authority, path: path === '' ? '/' : path, query };
}

function queryPairs(query: string, dialect: Dialect): [string, string][] {
  const write = dialect === 'rfc5849' || HAS_ESCAPES.test(query) ? normaliseComponent : verbatim;
  const pairs: [string, string][] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = equals === -1 ? part : part.slice(0, equals);
    pairs.push([write(name), equals === -1 ? '' : write(part.slice(equals + 1))]);
  }
  return pairs;
}

function refuseProtocolParameters(query: string): void {
  const found = queryPairs(query, 'rfc5849').find(([name]) => name.startsWith('oauth_'));
  if (found === undefined) return;
  throw new InvalidRequestError(
    `query has a parameter ${quoted(found[0])}: names beginning with oauth_ belong to the Authorization header`,
    'Rename the parameter, or leave it out.',
  );
}

function verbatim(component: string): string {
  return component;
}

function byNameThenValue(left: readonly [string, string], right: readonly [string, string]): number {
  return compare(left[0], right[0]) || compare(left[1], right[1]);
}

// Encoded text is ASCII, so the order of UTF-16 units is the order of bytes.
function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
