import { defined, longestCode, longestText, redactText } from '@enrollkit/base';
import { sensitiveFields } from '@enrollkit/contract';
import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import type { ErrorDetail, ProviderFailure, TransportReason } from '../failure.ts';
import { parseJson } from './json.ts';
import { retryAfterMs } from './retry-after.ts';
import type { WireAnswer } from './wire.ts';

/**
 * An object that should have the shape `T`, before anything of it has been looked at. Its names are the
 * contract's.
 */
type Claimed<T> = { readonly [Name in NamesOf<T>]?: unknown };
type NamesOf<T> = T extends unknown ? keyof T : never;

/** What could be read from an error's body. */
interface ErrorReport
  extends Pick<ProviderFailure, 'reason' | 'message' | 'origin' | 'details' | 'clockOff' | 'correlationId'> {
  readonly recoverable?: boolean;
}

/** The most details and entries of one error that are looked at. */
const mostDetails = 50;

/**
 * Reads an answer that is not a success. Knows the platform's six shapes (E1 to E6) in all their spellings,
 * and the page of a host that wants a client certificate; whatever else comes (nothing, HTML, truncated JSON)
 * is a transport error.
 */
export function failureFromAnswer(answer: WireAnswer): ProviderFailure {
  const read = isRedirect(answer.status) ? redirected(answer) : readError(answer);
  const report = read.origin === 'gateway' ? withClock(read, answer) : read;
  return defined<ProviderFailure>({
    ...report,
    httpStatus: answer.status,
    recoverable: report.recoverable ?? (answer.status === 429 || answer.status === 503),
    sent: true,
    correlationId: report.correlationId ?? correlationHeader(answer),
    retryAfterMs: retryAfterMs(answer.headers['retry-after']),
    headers: shownHeaders(answer.headers),
  });
}

/**
 * How far two clocks may be apart before it is reported. No document says what the gateway tolerates; five
 * minutes are usual.
 */
const tooFarMs = 120_000;

/**
 * A gateway may refuse a signature for its time, in words of its own; whether that can be it is measured by
 * the `Date` of its answer.
 */
function withClock(report: ErrorReport, { status, headers }: WireAnswer): ErrorReport {
  const aheadMs = Date.now() - Date.parse(headers['date'] ?? '');
  const refused = status === 400 || status === 401 || status === 403;
  if (!refused || !(Math.abs(aheadMs) > tooFarMs)) return report;
  const apart = `this machine's clock is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the gateway's, and signatures carry the time: set it (timedatectl set-ntp true)`;
  return { ...report, message: `${report.message} — ${apart}`, clockOff: true };
}

const isRedirect = (status: number) => status >= 300 && status < 400;

function redirected({ status, headers }: WireAnswer): ErrorReport {
  const target = URL.parse(headers['location'] ?? '')?.origin ?? 'another path';
  return transport(
    'REDIRECTED',
    `HTTP ${status} points to ${redactText(target)}; redirects are not followed`,
  );
}

function readError(answer: WireAnswer): ErrorReport {
  if (answer.body.length === 0) return transport('EMPTY_ANSWER', `HTTP ${answer.status} without a body`);
  const json = parsed(answer.body);
  return (
    gatewayError(json, answer) ??
    wrappedError(json) ??
    platformError(json) ??
    serviceError(json) ??
    certificatePage(answer) ??
    transport('UNREADABLE_ANSWER', unreadable(answer))
  );
}

/** Says what kind of thing came in place of the contract's JSON, and nothing of its content. */
export function unreadable({ status, headers, body }: WireAnswer): string {
  const type = redactText(headers['content-type'] ?? 'no content type', longestCode);
  return `HTTP ${status} with ${body.length} bytes of ${type} that are not in the contract's shape`;
}

function transport(reason: TransportReason, message: string): ErrorReport {
  return { reason, message, origin: 'transport' };
}

/** A server that wants mutual TLS says so in the title of a page of HTML. */
function certificatePage({ status, body }: WireAnswer): ErrorReport | undefined {
  const start = Buffer.from(body.subarray(0, 2048)).toString('latin1');
  return /<title>[^<]*SSL certificate[^<]*<\/title>/i.test(start)
    ? transport(
        'CLIENT_CERTIFICATE_REQUIRED',
        `HTTP ${status}: the host wants a client certificate and got none`,
      )
    : undefined;
}

const isGateway = (source: unknown) => /gateway/i.test(String(source ?? 'gateway'));

/** E3: `Errors` holds a list, or a list of entries each under its own `Error`. */
function gatewayError(body: unknown, { explain }: WireAnswer): ErrorReport | undefined {
  const entries = listOf(claimed<Wire.GatewayError | Wire.GatewayErrorList>(body).Errors)
    .flatMap((holder) => listOf(claimed<Wire.GatewayError['Errors']>(holder).Error))
    .map((entry) => claimed<Wire.GatewayErrorEntry>(entry));
  const [first] = entries;
  if (!first) return undefined;
  const hint = typeof first.Description === 'string' ? explain(first.Description) : undefined;
  const description = textOf(first.Description) ?? 'no description';
  return {
    reason: codeOf(first.ReasonCode) ?? 'UNSPECIFIED',
    message: hint === undefined ? description : `${description} — ${redactText(hint, 2 * longestText)}`,
    origin: isGateway(first.Source) ? 'gateway' : 'service',
    details: entries.slice(1).map((entry) => detail(entry.ReasonCode, entry.Source, entry.Description)),
    // Some services of the platform write it as text (reference, 7.2).
    recoverable: entries.every((entry) => String(entry.Recoverable).toLowerCase() === 'true'),
  };
}

/** E4: everything under `error`: an application error, or a code and a message of the platform's entrance. */
function wrappedError(body: unknown): ErrorReport | undefined {
  const { error, reference } = claimed<Wire.WrappedError>(body);
  const inner = claimed<Wire.WrappedErrorEntry>(error);
  const reason = codeOf(inner.code);
  const report: ErrorReport | undefined =
    serviceError(error) ??
    (reason === undefined
      ? undefined
      : { reason, message: textOf(inner.message) ?? 'no message', origin: 'gateway' });
  return (
    report && defined<ErrorReport>({ ...report, correlationId: report.correlationId ?? codeOf(reference) })
  );
}

/**
 * E5: a code, a message and a list of entries in lower case. E6: the same under `errorCode` and
 * `errorDescription`.
 */
function platformError(body: unknown): ErrorReport | undefined {
  const { code, message, errors, errorCode, errorDescription, responseId } = claimed<
    Wire.PlatformError | Wire.PlatformCodedError
  >(body);
  const entries = listOf(errors).map((entry) => claimed<Wire.PlatformErrorEntry>(entry));
  const [first] = entries;
  const own = codeOf(errorCode) ?? codeOf(first?.reasonCode) ?? codeOf(code);
  if (own === undefined || (first === undefined && errorCode === undefined)) return undefined;
  return defined<ErrorReport>({
    reason: own,
    message: textOf(errorDescription) ?? textOf(first?.description) ?? textOf(message) ?? 'no description',
    // The platform in front of the service answers so for a client that it does not let through.
    origin: errorCode === undefined || isGateway(first?.source) ? 'gateway' : 'service',
    details: entries.map(({ reasonCode, source, description }) => detail(reasonCode, source, description)),
    recoverable: entries.length > 0 && entries.every(({ recoverable }) => String(recoverable) === 'true'),
    correlationId: codeOf(responseId),
  });
}

/** E1: `reason` beside a numeric `status`. E2: the reason is in `status`, beside a numeric `code`. */
function serviceError(body: unknown): ErrorReport | undefined {
  const { reason, status, message, errordetail, details } = claimed<
    Wire.ApplicationError | Wire.CodedApplicationError
  >(body);
  const code = codeOf(reason) ?? codeOf(status);
  if (code === undefined) return undefined;
  return defined<ErrorReport>({
    reason: code,
    message: textOf(message) ?? 'no message',
    origin: 'service',
    details: listOf(errordetail ?? details).map((entry) => {
      const found = claimed<Wire.ErrorDetail>(entry);
      return defined<ErrorDetail>({
        ...detail(found.reason, found.source, found.message),
        sourceType: codeOf(found.sourceType),
      });
    }),
    correlationId: correlationOf(body),
  });
}

function detail(reason: unknown, source: unknown, message: unknown): ErrorDetail {
  return defined<ErrorDetail>({
    reason: codeOf(reason),
    source: codeOf(source),
    message: isSensitive(source) ? withoutQuotes(textOf(message)) : textOf(message),
  });
}

const sensitiveNames = new Set(Object.keys(sensitiveFields).map((name) => name.toLowerCase()));

/** Whether the contract marks the field that a detail is about as one that must never be shown. */
function isSensitive(source: unknown): boolean {
  const name = typeof source === 'string' ? source.split(/[./]/).at(-1) : undefined;
  return name !== undefined && sensitiveNames.has(name.toLowerCase());
}

/** What a text about a sensitive field puts in quotes or brackets, or after a colon, may be its value. */
function withoutQuotes(text: string | undefined): string | undefined {
  return text
    ?.replaceAll(/(["'`“”„‘’«»]).*["'`“”„‘’«»]|\[.*\]|\(.*\)/g, '[hidden]')
    .replace(/:\s*(?!\[hidden\]$).*$/, ': [hidden]');
}

function parsed(body: Uint8Array): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

/** Anything but an object claims nothing. */
function claimed<T>(value: unknown): Claimed<T> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : ({} as Claimed<T>);
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.slice(0, mostDetails) : [value];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? redactText(value) : undefined;
}

function codeOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? redactText(value, longestCode) : undefined;
}

/**
 * The correlation id of any answer. One of the platform's form is repeated as it is, because it looks too
 * much like a number to pass `redactText`.
 */
export function correlationOf(body: unknown): string | undefined {
  const { srcCorrelationId } = claimed<Wire.BatchReceipt>(body);
  const form = /^(?:[\da-f]{8}.)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
  return typeof srcCorrelationId === 'string' && form.test(srcCorrelationId)
    ? srcCorrelationId
    : codeOf(srcCorrelationId);
}

/** The id that the platform's edge gives a call: `0.c63e1202.1779961183.8c33327b`. */
export function correlationHeader({ headers }: Pick<WireAnswer, 'headers'>): string | undefined {
  const value = headers['x-mc-correlation-id'];
  return value !== undefined && /^[\da-z.-]{1,64}$/i.test(value) ? value : codeOf(value);
}

/** Headers that may carry a secret, or nothing of use. */
const hiddenHeaders = /cookie|authoriz|authentic|nonce|token|key/;
const mostHeaders = 50;

/** Headers as an error may show them: without credentials, redacted and bounded. */
export function shownHeaders(headers: WireAnswer['headers']): Record<string, string> {
  const shown = Object.entries(headers).filter(([name]) => !hiddenHeaders.test(name));
  return Object.fromEntries(
    shown
      .slice(0, mostHeaders)
      .map(([name, value]) => [
        redactText(name, longestCode),
        name === 'x-mc-correlation-id' ? (correlationHeader({ headers }) ?? '') : redactText(value),
      ]),
  );
}
