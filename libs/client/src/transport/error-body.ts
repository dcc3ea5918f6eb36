import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import { ProviderError, type ErrorDetail, type ProviderFailure } from '../provider-error.ts';
import { retryAfterMs } from './retry-after.ts';
import { longestCode, longestText, redactText } from '@enrollkit/base';
import type { WireAnswer } from './transport.ts';

/** An object that should have the shape `T`, before anything of it has been looked at. Its names are the contract's. */
type Claimed<T> = { readonly [Name in NamesOf<T>]?: unknown };
type NamesOf<T> = T extends unknown ? keyof T : never;

/** What could be read from an error's body. */
interface Told extends Pick<ProviderFailure, 'reason' | 'message' | 'origin' | 'details' | 'clockOff'> {
  readonly correlationId?: string;
  readonly recoverable?: boolean;
}

/** The most details and entries of one error that are looked at. */
const mostDetails = 50;

/**
 * Turns an answer that is not a success into the one typed error. Knows the platform's three shapes in all their
 * spellings; whatever else comes (nothing, HTML, truncated JSON) is a transport error.
 */
export function errorFromAnswer(answer: WireAnswer): ProviderError {
  const told = isRedirect(answer.status) ? redirected(answer) : tell(answer);
  const { recoverable, ...rest } = told.origin === 'gateway' ? withClock(told, answer) : told;
  const wait = retryAfterMs(answer.headers['retry-after']);
  return new ProviderError({
    ...rest,
    httpStatus: answer.status,
    recoverable: recoverable ?? (answer.status === 429 || answer.status === 503),
    sent: true,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

/** How far two clocks may be apart before it is told. No document says what the gateway tolerates; five minutes are usual. */
const tooFarMs = 120_000;

/** A gateway may refuse a signature for its time, in words of its own; whether that can be it is measured by the `Date` of its answer. */
function withClock(told: Told, { status, headers }: WireAnswer): Told {
  const aheadMs = Date.now() - Date.parse(headers['date'] ?? '');
  if (!(status === 400 || status === 401 || status === 403) || !(Math.abs(aheadMs) > tooFarMs)) return told;
  const apart = `this machine's clock is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the gateway's, and signatures carry the time: set it (timedatectl set-ntp true)`;
  return { ...told, message: `${told.message} — ${apart}`, clockOff: true };
}

const isRedirect = (status: number) => status >= 300 && status < 400;

function redirected({ status, headers }: WireAnswer): Told {
  const target = URL.parse(headers['location'] ?? '')?.origin ?? 'another path';
  return onRoad('REDIRECTED', `HTTP ${status} points to ${redactText(target)}; redirects are not followed`);
}

function tell(answer: WireAnswer): Told {
  if (answer.body.length === 0) return onRoad('EMPTY_ANSWER', `HTTP ${answer.status} without a body`);
  const json = parsed(answer.body);
  return gatewayError(json, answer) ?? serviceError(json) ?? onRoad('UNREADABLE_ANSWER', unreadable(answer));
}

/** Says what kind of thing came in place of the contract's JSON, and nothing of its content. */
export function unreadable({ status, headers, body }: WireAnswer): string {
  const type = redactText(headers['content-type'] ?? 'no content type', longestCode);
  return `HTTP ${status} with ${body.length} bytes of ${type} that are not in the contract's shape`;
}

function onRoad(reason: Told['reason'], message: string): Told {
  return { reason, message, origin: 'transport' };
}

/** E3: `Errors` holds a list, or a list of entries each under its own `Error`. */
function gatewayError(body: unknown, { explain }: WireAnswer): Told | undefined {
  const entries = listOf(claimed<Wire.GatewayError | Wire.GatewayErrorList>(body).Errors)
    .flatMap((holder) => listOf(claimed<Wire.GatewayError['Errors']>(holder).Error))
    .map((entry) => claimed<Wire.GatewayErrorEntry>(entry));
  const [first] = entries;
  if (!first) return undefined;
  const hint = typeof first.Description === 'string' ? explain(first.Description) : undefined;
  const said = textOf(first.Description) ?? 'no description';
  return {
    reason: codeOf(first.ReasonCode) ?? 'UNSPECIFIED',
    message: hint === undefined ? said : `${said} — ${redactText(hint, 2 * longestText)}`,
    origin: /gateway/i.test(String(first.Source ?? 'gateway')) ? 'gateway' : 'service',
    details: entries.slice(1).map((entry) => detail(entry.ReasonCode, entry.Source, entry.Description)),
    // Some services of the platform write it as text (reference, 7.2).
    recoverable: entries.every((entry) => String(entry.Recoverable).toLowerCase() === 'true'),
  };
}

/** E1: `reason` beside a numeric `status`. E2: the reason is in `status`, beside a numeric `code`. */
function serviceError(body: unknown): Told | undefined {
  const { reason, status, message, errordetail, details } = claimed<
    Wire.ApplicationError | Wire.CodedApplicationError
  >(body);
  const told = codeOf(reason) ?? codeOf(status);
  if (told === undefined) return undefined;
  return {
    reason: told,
    message: textOf(message) ?? 'no message',
    origin: 'service',
    details: listOf(errordetail ?? details).map((entry) => {
      const found = claimed<Wire.ErrorDetail>(entry);
      return {
        ...detail(found.reason, found.source, found.message),
        ...optional('sourceType', codeOf(found.sourceType)),
      };
    }),
    ...optional('correlationId', correlationOf(body)),
  };
}

function detail(reason: unknown, source: unknown, message: unknown): ErrorDetail {
  return {
    ...optional('reason', codeOf(reason)),
    ...optional('source', codeOf(source)),
    ...optional('message', textOf(message)),
  };
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
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
 * The correlation id of any answer. One of the platform's form is repeated as it is, because it looks too much like
 * a number to pass `redactText`.
 */
export function correlationOf(body: unknown): string | undefined {
  const { srcCorrelationId } = claimed<Wire.BatchReceipt>(body);
  const form = /^(?:[\da-f]{8}.)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
  return typeof srcCorrelationId === 'string' && form.test(srcCorrelationId)
    ? srcCorrelationId
    : codeOf(srcCorrelationId);
}

function optional<Name extends string>(name: Name, value: string | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: string };
}
