import type { Operation } from '@enrollkit/contract';
import { ProviderError } from '../../errors.ts';
import type { CallInput, CallOptions, Core } from './core.ts';

/** What the `fetch` under an openapi-fetch client works with. */
export interface FetchParts {
  readonly baseUrl: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly core: Core;
}

const judged = new WeakMap<Response, ProviderError>();

/**
 * The judged error behind the `response` of a call that has an `error`: what to do about it stands in
 * `outcome` and `safeToRetry`. Undefined for a success, and for a response that some middleware has made
 * anew.
 */
export function providerErrorOf(response: Response): ProviderError | undefined {
  return judged.get(response);
}

/**
 * The `fetch` of an openapi-fetch client: finds the operation, and calls it as every method of the client
 * does, with sealing, signing, judging and retries. A refusal of the provider becomes a response, so that
 * openapi-fetch gives it as `error`; what cannot be trusted (an empty 500, a truncated 200, a lost
 * connection) throws `ProviderError`.
 */
export function operationFetch({
  baseUrl,
  operations,
  core,
}: FetchParts): (request: Request) => Promise<Response> {
  const basePath = new URL(baseUrl).pathname.replace(/\/+$/, '');
  return async (request) => {
    const url = new URL(request.url);
    const found = operationAt(operations, request.method, url.pathname.slice(basePath.length));
    if (!found) throw new TypeError(`the contract has no operation ${request.method} ${url.pathname}`);
    const { operation, path } = found;
    const text = operation.request === null ? '' : await request.text();
    const input: CallInput = {
      path,
      query: queryOf(operation, url),
      header: headerOf(operation, request.headers),
      ...(text !== '' && { body: JSON.parse(text) as object }),
    };
    const options: CallOptions = {
      signal: request.signal,
      headers: otherHeaders(operation, request.headers),
    };
    try {
      const { status, headers, body } = await core(operation, input, options);
      return responseOf(status, { headers, body });
    } catch (error) {
      if (!(error instanceof ProviderError) || error.origin === 'transport') throw error;
      const response = responseOf(error.httpStatus, { headers: error.headers, body: bodyOf(error) });
      judged.set(response, error);
      return response;
    }
  };
}

interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Statuses for which a `Response` may have no body (fetch standard). */
const bodiless = [204, 205, 304];

function responseOf(status: number, { headers, body }: Answer): Response {
  const text = body === undefined || bodiless.includes(status) ? null : JSON.stringify(body);
  const kept = Object.entries(headers).filter(
    ([name]) => !/^content-(length|encoding|type)$|^transfer-/.test(name),
  );
  return new Response(text, {
    status,
    headers: { ...Object.fromEntries(kept), ...(text !== null && { 'content-type': 'application/json' }) },
  });
}

/** An error in the contract's first shape, whatever shape it came in; redacted and bounded. */
function bodyOf({ httpStatus, reason, message, details }: ProviderError): object {
  return { status: httpStatus, reason, message, errordetail: details };
}

interface Found {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
}

/**
 * The operation whose template fits; the one with fewer variables wins, so that `/cards/batch` is no card.
 */
function operationAt(
  operations: Readonly<Record<string, Operation>>,
  method: string,
  pathname: string,
): Found | undefined {
  const segments = pathname.split('/');
  const fitting = Object.values(operations).flatMap((operation): Found[] => {
    const parts = operation.path.split('/');
    if (operation.method !== method || parts.length !== segments.length) return [];
    const path: Record<string, string> = {};
    for (const [index, part] of parts.entries()) {
      const segment = segments[index] ?? '';
      if (!part.startsWith('{') && part !== segment) return [];
      if (part.startsWith('{')) path[part.slice(1, -1)] = decodeURIComponent(segment);
    }
    return [{ operation, path }];
  });
  return fitting.toSorted((one, other) => Object.keys(one.path).length - Object.keys(other.path).length)[0];
}

function queryOf({ parameters }: Operation, url: URL): Record<string, unknown> {
  return Object.fromEntries(
    [...url.searchParams].map(([name, text]) => {
      const parameter = parameters.find((one) => one.in === 'query' && one.name === name);
      const flag = text === 'true' || text === 'false';
      return [name, flag && parameter && !parameter.validate(text).valid ? text === 'true' : text];
    }),
  );
}

const isDeclared = ({ parameters }: Operation, header: string) =>
  parameters.find((one) => one.in === 'header' && one.name.toLowerCase() === header);

function headerOf(operation: Operation, headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].flatMap(([header, value]) => {
      const parameter = isDeclared(operation, header);
      return parameter ? [[parameter.name, value]] : [];
    }),
  );
}

function otherHeaders(operation: Operation, headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].filter(([header]) => header !== 'content-type' && !isDeclared(operation, header)),
  );
}
