import type { SeededRandom } from '@enrollkit/base';

/** An answer on its way. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the sender gets to see: an answer, an answer that breaks off, or an error of the network. */
export type Delivery = (WireReply & { readonly brokenOff?: boolean }) | { readonly error: string };

/** What happens to one request. */
export interface FaultKind {
  /** Whether the provider sees it: never, always, or as it may be. */
  readonly arrives: 'no' | 'yes' | 'either';
  /** Only for this request, when given. */
  readonly only?: 'submit' | 'poll';
  /** Milliseconds until the sender gives up; the request may still arrive later. */
  readonly timeoutMs?: number;
  /** What comes back, from what the provider answered (nothing when it saw nothing). */
  readonly reply: (answer: WireReply | undefined, random: SeededRandom) => Delivery;
}

/** An answer with a JSON body. */
export const json = (
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): WireReply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const gateway = (status: number, reasonCode: string, recoverable: boolean): WireReply =>
  json(status, {
    Errors: {
      Error: [
        {
          Source: 'Gateway',
          ReasonCode: reasonCode,
          Description: 'refused',
          Recoverable: recoverable,
          Details: null,
        },
      ],
    },
  });

/** `Retry-After` in seconds, as a date, or not at all. */
function retryAfter(random: SeededRandom): Readonly<Record<string, string>> {
  const seconds = random.pick([1, 15, 45]);
  return random.pick<Readonly<Record<string, string>>>([
    {},
    { 'retry-after': String(seconds) },
    { 'retry-after': new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toUTCString() },
  ]);
}

const half = (answer: WireReply | undefined): WireReply => ({
  status: 200,
  headers: {},
  ...answer,
  body: (answer?.body ?? '{"ba').slice(0, Math.ceil((answer?.body.length ?? 4) / 2)),
});

/** Every way a request can fail. */
export const faultKinds = {
  unconnected: { arrives: 'no', reply: () => ({ error: 'ECONNREFUSED' }) },
  lostBefore: { arrives: 'no', reply: () => ({ error: 'ECONNRESET' }) },
  lostAfter: { arrives: 'yes', reply: () => ({ error: 'ECONNRESET' }) },
  late: { arrives: 'either', timeoutMs: 20_000, reply: () => ({ error: 'UND_ERR_HEADERS_TIMEOUT' }) },
  empty500: { arrives: 'either', reply: () => ({ status: 500, headers: {}, body: '' }) },
  html: {
    arrives: 'either',
    reply: () => ({
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<html><h1>Bad gateway</h1></html>',
    }),
  },
  truncated: { arrives: 'yes', reply: half },
  brokenOff: { arrives: 'yes', reply: (answer) => ({ ...half(answer), brokenOff: true }) },
  unavailable: {
    arrives: 'no',
    reply: (_, random) =>
      json(503, { status: 503, reason: 'UNAVAILABLE', message: 'later' }, retryAfter(random)),
  },
  tooMany: {
    arrives: 'no',
    reply: (_, random) =>
      json(429, { status: 429, reason: 'RESOURCE_EXHAUSTED', message: 'slower' }, retryAfter(random)),
  },
  deniedForNow: { arrives: 'no', reply: () => gateway(403, 'PERMISSION_DENIED', true) },
  denied: { arrives: 'no', reply: () => gateway(403, 'PERMISSION_DENIED', false) },
  notFound: {
    arrives: 'no',
    only: 'poll',
    reply: () => json(404, { status: 404, reason: 'NOT_FOUND', message: 'not known here' }),
  },
  mixedUp: {
    arrives: 'yes',
    reply: (answer) =>
      json(answer?.status ?? 202, {
        batchId: 'of-another-client',
        externalBatchId: 'of-another-client',
        status: 'COMPLETED_SUCCESSFULLY',
        items: [],
      }),
  },
  twice: { arrives: 'yes', reply: (answer) => answer ?? { error: 'ECONNRESET' } },
} as const satisfies Record<string, FaultKind>;

/** The name of a fault kind. */
export type FaultName = keyof typeof faultKinds;

/** All of them. */
export const faultNames = Object.keys(faultKinds) as readonly FaultName[];

/** When nothing goes wrong. */
export const good: FaultKind = { arrives: 'yes', reply: (answer) => answer ?? { error: 'ECONNRESET' } };
