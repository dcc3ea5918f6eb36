import { type Answer, jsonAnswer } from '../http/answer.ts';
import { gatewayAnswer } from '../gateway/errors.ts';
import { type StatusBody, type StatusItem, withItems } from '../families/shared/status-body.ts';

/** What a fault is told when it strikes. */
export interface Strike {
  /** The rule's value, or the fault's default. */
  readonly value: number;
  /** The provider's clock, milliseconds. */
  readonly now: number;
  /** What this operation answered the time before, to whomever, where that is known. */
  readonly previous?: Answer | undefined;
  /** Seeded, in [0, 1); the same for the same strike and label. */
  readonly chance: (label: string) => number;
}

interface Common {
  readonly description: string;
  /** What the number after `=` means, and what it is when none is given. */
  readonly value?: { readonly meaning: string; readonly default: number };
  /** `target`: the same URL is always struck or always spared. Otherwise each request is judged anew. */
  readonly per?: 'target';
}

/** Strikes before anything is looked at; nothing takes effect. `drop`: connection reset. `silence`: no answer, ever. */
export type ArrivalFault = Common & {
  readonly at: 'arrival';
  readonly strike: (strike: Strike) => Answer | 'drop' | 'silence';
};
/** Strikes while the request is dealt with. */
export type DealingFault = Common & { readonly at: 'dealing' };
/** Strikes after the effect: the answer is not the one the operation gave. */
export type AnswerFault = Common & {
  readonly at: 'answer';
  readonly strike: (answer: Answer, strike: Strike) => Answer;
};
/** Strikes the body of a batch status. */
export type StatusFault = Common & {
  readonly at: 'status';
  readonly strike: (status: StatusBody, strike: Strike) => StatusBody;
};
/** Strikes the bytes of the answer on their way. */
export type WireFault = Common & { readonly at: 'wire' };
/** Strikes where the public keys are served, or where tokens are issued, in place of the true answer. */
export type SideFault = Common & {
  readonly at: 'keys' | 'token';
  readonly strike: (strike: Strike) => Answer | 'drop';
};

/** One way to fail. */
export type FaultDefinition = ArrivalFault | DealingFault | AnswerFault | StatusFault | WireFault | SideFault;

const html = (status: number, title: string): Answer => ({
  status,
  text: `<html><head><title>${title}</title></head><body><h1>${title}</h1><hr>proxy</body></html>`,
  headers: { 'content-type': 'text/html' },
});

const tooMany = (headers: Readonly<Record<string, string>> = {}): Answer =>
  gatewayAnswer(
    { status: 429, reasonCode: 'TOO_MANY_REQUESTS', description: 'Too many requests', recoverable: true },
    headers,
  );

const unavailable = (headers: Readonly<Record<string, string>> = {}): Answer =>
  jsonAnswer(
    503,
    { status: 503, reason: 'UNAVAILABLE', message: 'Temporarily unavailable', errordetail: null },
    headers,
  );

const forbidden = (recoverable: boolean): Answer =>
  gatewayAnswer({ status: 403, reasonCode: 'FORBIDDEN', description: 'Request not permitted', recoverable });

const httpDate = ({ value, now }: Strike): string => new Date(now + value * 1000).toUTCString();

const stranger: StatusItem = {
  externalConsumerId: 'consumer-of-somebody-else',
  externalCardId: 'card-of-somebody-else',
  status: 'SUCCESSFUL',
  srcConsumerId: '00000000-0000-4000-8000-000000000001',
  srcDigitalCardId: '00000000-0000-4000-8000-000000000002',
};

const failed = ({ externalConsumerId, externalCardId }: StatusItem): StatusItem => ({
  externalConsumerId,
  externalCardId,
  status: 'FAILED',
  error: { status: 409, reason: 'INVALID_STATE', message: 'Told otherwise', errordetail: null },
});

const pick = (status: StatusBody, { chance }: Strike): number =>
  Math.floor(chance('which') * (status.items?.length ?? 0));

/** Every way to fail on request. Names are stable: `--faults`, `POST /__faults` and tests use them. */
export const faults = {
  // Before anything: nothing takes effect.
  'drop-request': {
    at: 'arrival',
    description: 'connection reset before the request is looked at',
    strike: () => 'drop',
  },
  'silent-request': {
    at: 'arrival',
    description: 'request read, never looked at, never answered',
    strike: () => 'silence',
  },
  '401': {
    at: 'arrival',
    description: '401 from the gateway',
    strike: () =>
      gatewayAnswer({
        status: 401,
        reasonCode: 'DECLINED',
        description: 'Unauthorized - Access Not Granted',
        recoverable: false,
      }),
  },
  '403': {
    at: 'arrival',
    description: '403 from the gateway, Recoverable false',
    strike: () => forbidden(false),
  },
  '403-recoverable': {
    at: 'arrival',
    description: '403 from the gateway, Recoverable true',
    strike: () => forbidden(true),
  },
  '429': { at: 'arrival', description: '429 without Retry-After', strike: () => tooMany() },
  '429-seconds': {
    at: 'arrival',
    description: '429 with Retry-After in seconds',
    value: { meaning: 'seconds', default: 1 },
    strike: ({ value }) => tooMany({ 'retry-after': String(value) }),
  },
  '429-date': {
    at: 'arrival',
    description: '429 with Retry-After as an HTTP date',
    value: { meaning: 'seconds from now', default: 2 },
    strike: (strike) => tooMany({ 'retry-after': httpDate(strike) }),
  },
  '500': {
    at: 'arrival',
    description: '500 INTERNAL in the application shape',
    strike: () =>
      jsonAnswer(500, { status: 500, reason: 'INTERNAL', message: 'Internal error', errordetail: null }),
  },
  '500-empty': { at: 'arrival', description: '500 with an empty body', strike: () => ({ status: 500 }) },
  '502': {
    at: 'arrival',
    description: '502 with an HTML page of a proxy',
    strike: () => html(502, 'Bad Gateway'),
  },
  '503': {
    at: 'arrival',
    description: '503 UNAVAILABLE in the application shape',
    strike: () => unavailable(),
  },
  '503-seconds': {
    at: 'arrival',
    description: '503 UNAVAILABLE with Retry-After in seconds',
    value: { meaning: 'seconds', default: 1 },
    strike: ({ value }) => unavailable({ 'retry-after': String(value) }),
  },
  '504': {
    at: 'arrival',
    description: '504 with an HTML page of a proxy, nothing taken',
    strike: () => html(504, 'Gateway Timeout'),
  },
  // While it is dealt with.
  'clock-off': {
    at: 'dealing',
    description: "the gateway's clock is wrong",
    value: { meaning: 'minutes ahead', default: 10 },
  },
  'stale-nonce': { at: 'dealing', description: 'OAuth 2.0: every DPoP nonce handed out so far is stale' },
  'revoked-tokens': {
    at: 'dealing',
    description: 'OAuth 2.0: every access token handed out so far is unknown',
  },
  'twice-delivered': {
    at: 'dealing',
    description:
      'the application gets the request twice, as from a proxy that retries; the second answer goes back',
  },
  'rotate-key': {
    at: 'dealing',
    description: 'the encryption key is replaced and the old one refused, just before this request',
  },
  'fail-batch': {
    at: 'dealing',
    description: 'the batch is taken with 202, then fails as a whole; none of its cards is enrolled',
  },
  // After the effect: the answer lies.
  '500-late': {
    at: 'answer',
    description: '500 with an empty body, though the request took effect',
    strike: () => ({ status: 500 }),
  },
  '504-late': {
    at: 'answer',
    description: '504 HTML of a proxy, though the request took effect',
    strike: () => html(504, 'Gateway Timeout'),
  },
  html: {
    at: 'answer',
    description: 'an HTML page with the right status, though the request took effect',
    strike: ({ status }) => html(status, 'Please sign in'),
  },
  empty: {
    at: 'answer',
    description: 'the right status with an empty body, though the request took effect',
    strike: ({ status }) => ({ status }),
  },
  huge: {
    at: 'answer',
    description: 'an answer larger than any real one',
    value: { meaning: 'MiB', default: 64 },
    strike: ({ status }, { value }) => ({
      status,
      text: `{"padding":"${' '.repeat(value << 20)}"}`,
      headers: { 'content-type': 'application/json' },
    }),
  },
  'wrong-batch-id': {
    at: 'answer',
    description: 'the answer names the batch of somebody else',
    strike: (answer) =>
      isObject(answer.json) && 'batchId' in answer.json
        ? { ...answer, json: { ...answer.json, batchId: '00000000-0000-4000-8000-00000000dead' } }
        : answer,
  },
  'mixed-up': {
    at: 'answer',
    description: 'the answer to the request before this one, as from a cache',
    strike: (answer, { previous }) => previous ?? answer,
  },
  neighbour: {
    at: 'answer',
    description: 'the answer names the batch of the request before this one',
    strike: (answer, { previous }) =>
      isObject(answer.json) && isObject(previous?.json)
        ? { ...answer, json: { ...answer.json, batchId: previous.json['batchId'] } }
        : answer,
  },
  // Batch status: the results lie.
  reorder: {
    at: 'status',
    description: 'results in another order in each answer',
    strike: (status, { chance }) =>
      withItems(status, (items) =>
        items.toSorted((a, b) => chance(a.externalCardId) - chance(b.externalCardId)),
      ),
  },
  stranger: {
    at: 'status',
    description: 'a result for a record that was never sent',
    strike: (status) => withItems(status, (items) => [...items, stranger]),
  },
  missing: {
    at: 'status',
    per: 'target',
    description: 'one record is missing from the results of this batch, always the same',
    strike: (status, strike) => withItems(status, (items) => items.toSpliced(pick(status, strike), 1)),
  },
  turned: {
    at: 'status',
    per: 'target',
    description: 'one record of this batch is told as failed, always the same, whatever became of it',
    strike: (status, strike) =>
      withItems(status, (items) =>
        items.map((item, position) => (position === pick(status, strike) ? failed(item) : item)),
      ),
  },
  'told-twice': {
    at: 'status',
    description: 'one record appears twice in the results',
    strike: (status, strike) =>
      withItems(status, (items) => [...items, ...items.slice(pick(status, strike)).slice(0, 1)]),
  },
  'told-both': {
    at: 'status',
    description: 'one record is told as it is and as failed, now the one first, now the other',
    strike: (status, strike) =>
      withItems(status, (items) => {
        const other = items.slice(pick(status, strike)).slice(0, 1).map(failed);
        return strike.chance('order') < 0.5 ? [...other, ...items] : [...items, ...other];
      }),
  },
  backwards: {
    at: 'status',
    description: 'a finished batch is in progress again, and its results are gone',
    strike: ({ items: _items, batchEndTime: _end, ...status }) => ({ ...status, status: 'IN_PROGRESS' }),
  },
  stuck: {
    at: 'status',
    per: 'target',
    description: 'this batch is in progress for ever',
    strike: ({ items: _items, batchEndTime: _end, ...status }) => ({ ...status, status: 'IN_PROGRESS' }),
  },
  'unknown-status': {
    at: 'status',
    description: 'a batch status value that no document names',
    strike: (status) => ({ ...status, status: 'AWAITING_REVIEW' }),
  },
  'unknown-item-status': {
    at: 'status',
    description: 'one record has a status value that no document names',
    strike: (status, strike) =>
      withItems(status, (items) =>
        items.map((item, position) =>
          position === pick(status, strike) ? { ...item, status: 'DEFERRED' } : item,
        ),
      ),
  },
  // The bytes on their way.
  delay: {
    at: 'wire',
    description: 'the answer is held back',
    value: { meaning: 'milliseconds', default: 1000 },
  },
  'drop-answer': {
    at: 'wire',
    description: 'connection reset after the request took effect; the answer is lost',
  },
  'answered-twice': { at: 'wire', description: 'the same answer comes twice over the connection' },
  'silent-answer': { at: 'wire', description: 'the request took effect and is never answered' },
  cut: { at: 'wire', description: 'the connection ends in the middle of the answer' },
  truncated: { at: 'wire', description: 'a complete HTTP answer that holds half of the JSON' },
  corrupt: { at: 'wire', description: 'some bytes of the answer are wrong' },
  // Where the public keys are.
  'key-set-drop': {
    at: 'keys',
    description: 'the key set cannot be reached: connection reset',
    strike: () => 'drop',
  },
  'key-set-503': { at: 'keys', description: 'the key set answers 503', strike: () => unavailable() },
  'key-set-html': {
    at: 'keys',
    description: 'the key set answers 200 with an HTML page',
    strike: () => html(200, 'Maintenance'),
  },
  // Where tokens are issued.
  'token-drop': {
    at: 'token',
    description: 'the token endpoint cannot be reached: connection reset',
    strike: () => 'drop',
  },
  'token-503': { at: 'token', description: 'the token endpoint answers 503', strike: () => unavailable() },
} as const satisfies Record<string, FaultDefinition>;

/** Name of a fault. */
export type FaultName = keyof typeof faults;

/** Whether a text is the name of a fault. */
export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faults, name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
