import { answerFaults } from './answer-faults.ts';
import { htmlPage, unavailable } from './answers.ts';
import { arrivalFaults } from './arrival-faults.ts';
import type { FaultDefinition, ProcessingFault, SideFault, WireFault } from './fault.ts';
import { statusFaults } from './status-faults.ts';

/** Faults while the request is processed. */
const processingFaults = {
  'clock-off': {
    at: 'processing',
    description: "the gateway's clock is wrong",
    value: { meaning: 'minutes ahead', default: 10 },
  },
  'stale-nonce': { at: 'processing', description: 'OAuth 2.0: every DPoP nonce handed out so far is stale' },
  'revoked-tokens': {
    at: 'processing',
    description: 'OAuth 2.0: every access token handed out so far is unknown',
  },
  'twice-delivered': {
    at: 'processing',
    description:
      'the application gets the request twice, as from a proxy that retries; the second answer goes back',
  },
  'rotate-key': {
    at: 'processing',
    description: 'the encryption key is replaced and the old one refused, just before this request',
  },
  'fail-batch': {
    at: 'processing',
    description: 'the batch is taken with 202, then fails as a whole; none of its cards is enrolled',
  },
} as const satisfies Record<string, ProcessingFault>;

/** Faults of the answer's bytes; the request took effect. */
const wireFaults = {
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
} as const satisfies Record<string, WireFault>;

/** Faults of the key set and the token endpoint. */
const sideFaults = {
  'key-set-drop': {
    at: 'keys',
    description: 'the key set cannot be reached: connection reset',
    apply: () => 'drop',
  },
  'key-set-503': { at: 'keys', description: 'the key set answers 503', apply: () => unavailable() },
  'key-set-html': {
    at: 'keys',
    description: 'the key set answers 200 with an HTML page',
    apply: () => htmlPage(200, 'Maintenance'),
  },
  'token-drop': {
    at: 'token',
    description: 'the token endpoint cannot be reached: connection reset',
    apply: () => 'drop',
  },
  'token-503': { at: 'token', description: 'the token endpoint answers 503', apply: () => unavailable() },
} as const satisfies Record<string, SideFault>;

/** Every way to fail on request. Names are stable: `--faults`, `POST /__faults` and tests use them. */
export const faults = {
  ...arrivalFaults,
  ...processingFaults,
  ...answerFaults,
  ...statusFaults,
  ...wireFaults,
  ...sideFaults,
} as const satisfies Record<string, FaultDefinition>;

/** Name of a fault. */
export type FaultName = keyof typeof faults;

/** Whether a text is the name of a fault. */
export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faults, name);
}
