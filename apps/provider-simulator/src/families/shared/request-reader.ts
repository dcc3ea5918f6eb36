import type { EncryptedPlace, Operation, Problem } from '@enrollkit/contract';
import { type ErrorDetail, ServiceRefusal, type SourceType } from '../../gateway/errors.ts';
import { JweError } from './jwe-opener.ts';

/** A request as the application sees it, once the gateway has let it through. */
export interface ApiRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

/** A request that fits the contract, its encrypted parts opened. */
export interface ReadRequest {
  /** Path and query parameters by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The parsed body; undefined for operations without one. */
  readonly body: unknown;
  /** Plaintexts by the name of their schema. */
  readonly opened: Readonly<Record<string, Opened>>;
}

/** An opened JWE: its bytes and what they say. */
export interface Opened {
  readonly bytes: Buffer;
  readonly value: unknown;
}

/** How a request is read. */
export interface ReadingOptions {
  readonly open: (jwe: string) => Promise<Buffer>;
  /** False only in bench mode: what is inside is then taken as it is. */
  readonly validate: boolean;
}

/**
 * Reads a request by the contract's operation table: parameters, body, plaintexts. Throws `ServiceRefusal`
 * with the reasons of the reference for what does not fit.
 */
export async function readRequest(
  operation: Operation,
  request: ApiRequest,
  options: ReadingOptions,
): Promise<ReadRequest> {
  const parameters = readParameters(operation, request);
  if (operation.request === null) return { parameters, body: undefined, opened: {} };
  const body = parseJson(request.body.toString('utf8'), 'Request body');
  if (options.validate) {
    const found = operation.request.validate(inUrlAlphabet(body, operation.request.encrypted));
    if (!found.valid) throw unfit(found.problems, 'Request body');
  }
  const opened: Record<string, Opened> = {};
  for (const place of operation.request.encrypted) {
    const jwe = memberAt(body, place);
    if (jwe !== undefined) opened[place.plaintext] = await openPlace(jwe, place, options);
  }
  return { parameters, body, opened };
}

function readParameters(operation: Operation, request: ApiRequest): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, in: place, required, validate } of operation.parameters) {
    const value = {
      path: request.params[name],
      query: request.query.get(name) ?? undefined,
      header: request.header(name),
      cookie: undefined,
    }[place];
    const sourceType = place.toUpperCase() as SourceType;
    if (value === undefined) {
      if (required)
        throw invalidArgument([
          { reason: 'CANNOT_BE_NULL', sourceType, source: name, message: 'must not be null' },
        ]);
      continue;
    }
    const verdict = validate(value);
    if (!verdict.valid)
      throw invalidArgument([
        {
          reason: 'INVALID_VALUE',
          sourceType,
          source: name,
          message: verdict.problems[0]?.message ?? 'is not valid',
        },
      ]);
    found[name] = value;
  }
  return found;
}

async function openPlace(jwe: string, place: EncryptedPlace, options: ReadingOptions): Promise<Opened> {
  const source = place.pointer.slice(1);
  const bytes = await options.open(jwe).catch((error: unknown) => {
    if (!(error instanceof JweError)) throw error;
    throw invalidArgument([{ reason: 'CORRUPT_DATA', sourceType: 'BODY', source, message: error.message }]);
  });
  const value = parseJson(bytes.toString('utf8'), source);
  if (options.validate) {
    const found = place.validatePlaintext(value);
    if (!found.valid) throw unfit(found.problems, source);
  }
  return { bytes, value };
}

/**
 * A JWE from Mastercard's Node library holds letters of plain base64, which the contract's pattern does not
 * know.
 */
function inUrlAlphabet(body: unknown, places: readonly EncryptedPlace[]): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const copy: Record<string, unknown> = { ...body };
  for (const place of places) {
    const jwe = memberAt(body, place);
    if (jwe !== undefined)
      copy[place.pointer.slice(1)] = jwe.replaceAll('/', '_').replaceAll('+', '-').replaceAll('=', '');
  }
  return copy;
}

function memberAt(body: unknown, place: EncryptedPlace): string | undefined {
  const value =
    typeof body === 'object' && body !== null
      ? (body as Record<string, unknown>)[place.pointer.slice(1)]
      : undefined;
  return typeof value === 'string' ? value : undefined;
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote what may be a card number.
    throw invalidArgument([
      { reason: 'INVALID_VALUE', sourceType: 'BODY', source, message: 'is not valid JSON' },
    ]);
  }
}

function unfit(problems: readonly Problem[], whole: string): ServiceRefusal {
  return invalidArgument(problems.slice(0, 10).map((problem) => detailOf(problem, whole)));
}

function detailOf({ pointer, keyword, message }: Problem, whole: string): ErrorDetail {
  const source = pointer === '' ? whole : sourceOf(pointer);
  if (keyword === 'required')
    return { reason: 'CANNOT_BE_NULL', sourceType: 'BODY', source, message: 'must not be null' };
  return { reason: 'INVALID_VALUE', sourceType: 'BODY', source, message };
}

/** `/consumers/0/cards/1/panExpirationMonth` as `consumers[0].cards[1].panExpirationMonth`. */
function sourceOf(pointer: string): string {
  return pointer
    .slice(1)
    .replaceAll(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.');
}

/** 400 INVALID_ARGUMENT. */
export function invalidArgument(details: readonly ErrorDetail[]): ServiceRefusal {
  return new ServiceRefusal(400, 'INVALID_ARGUMENT', {
    message: 'One or more arguments are not valid',
    details,
  });
}
