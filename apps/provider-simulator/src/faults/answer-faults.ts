import { htmlPage } from './answers.ts';
import type { AnswerFault } from './fault.ts';

/** Faults after the effect: the request took effect and the answer is wrong. */
export const answerFaults = {
  '500-late': {
    at: 'answer',
    description: '500 with an empty body, though the request took effect',
    apply: () => ({ status: 500 }),
  },
  '504-late': {
    at: 'answer',
    description: '504 HTML of a proxy, though the request took effect',
    apply: () => htmlPage(504, 'Gateway Timeout'),
  },
  html: {
    at: 'answer',
    description: 'an HTML page with the right status, though the request took effect',
    apply: ({ status }) => htmlPage(status, 'Please sign in'),
  },
  empty: {
    at: 'answer',
    description: 'the right status with an empty body, though the request took effect',
    apply: ({ status }) => ({ status }),
  },
  huge: {
    at: 'answer',
    description: 'an answer larger than any real one',
    value: { meaning: 'MiB', default: 64 },
    apply: ({ status }, { value }) => ({
      status,
      text: `{"padding":"${' '.repeat(value << 20)}"}`,
      headers: { 'content-type': 'application/json' },
    }),
  },
  'wrong-batch-id': {
    at: 'answer',
    description: 'the answer names a batch of another client',
    apply: (answer) =>
      isObject(answer.json) && 'batchId' in answer.json
        ? { ...answer, json: { ...answer.json, batchId: '00000000-0000-4000-8000-00000000dead' } }
        : answer,
  },
  'previous-answer': {
    at: 'answer',
    description: 'the answer to the request before this one, as from a cache',
    apply: (answer, { previous }) => previous ?? answer,
  },
  'previous-batch-id': {
    at: 'answer',
    description: 'the answer names the batch of the request before this one',
    apply: (answer, { previous }) =>
      isObject(answer.json) && isObject(previous?.json)
        ? { ...answer, json: { ...answer.json, batchId: previous.json['batchId'] } }
        : answer,
  },
} as const satisfies Record<string, AnswerFault>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
