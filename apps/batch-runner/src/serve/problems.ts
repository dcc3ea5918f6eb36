import { isEnrollkitError, maskCardNumbers } from '@enrollkit/base';
import type { Problem } from '@enrollkit/contract/runner';
import type { LedgerErrorCode } from '@enrollkit/ledger';
import type { RunnerErrorCode } from '../errors.ts';
import { ServeError, type ServeErrorCode } from './errors.ts';

const ofServer: Readonly<Record<ServeErrorCode, number>> = {
  'request-invalid': 400,
  'not-in-ledger': 404,
  'path-unknown': 404,
  'method-not-offered': 405,
  'file-unknown': 404,
  'plan-unknown': 404,
  'plans-busy': 429,
  'upload-too-large': 413,
  'upload-incomplete': 400,
  'card-number-refused': 422,
  'report-unreadable': 503,
};

/** Errors of the runner and of the ledger that a request can meet; any other is a failure of the server. */
const ofRunner: Readonly<Partial<Record<RunnerErrorCode | LedgerErrorCode, number>>> = {
  'intake-unknown': 404,
  'batch-unknown': 409,
  'owner-alive': 409,
  'no-runner': 409,
  'ledger-locked': 409,
  'ledger-conflict': 409,
  'ledger-bound-elsewhere': 409,
  'ledger-key-changed': 409,
  'ledger-not-found': 503,
  'ledger-busy': 503,
  'ledger-unavailable': 503,
  'ledger-restarted': 503,
  'ledger-disk-full': 503,
  'ledger-gone': 503,
  'ledger-rewound': 503,
  'ledger-version': 503,
};

/** Seconds after which a busy server may be asked again. */
const RETRY_SECONDS = 5;

/**
 * What went wrong as problem details (RFC 9457); `defect`: it is nobody's mistake but ours, and belongs on
 * the terminal.
 */
export function problemOf(error: unknown): { readonly problem: Problem; readonly defect: boolean } {
  if (!isEnrollkitError(error)) return { problem: internalProblem, defect: true };
  const { code, message, hint } = error;
  const statuses: Readonly<Record<string, number | undefined>> = { ...ofRunner, ...ofServer };
  const status = Object.hasOwn(statuses, code) ? (statuses[code] ?? 500) : 500;
  const fields = error instanceof ServeError && error.fields.length > 0 ? { fields: [...error.fields] } : {};
  return {
    problem: { type: 'about:blank', title: maskCardNumbers(message), status, code, hint, ...fields },
    defect: status === 500,
  };
}

const internalProblem: Problem = {
  type: 'about:blank',
  title: 'The server met a defect of its own',
  status: 500,
  code: 'internal',
  hint: 'enrollkit serve reports it on its terminal',
};

/** The answer that holds a problem. */
export function problemAnswer(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...([429, 503].includes(problem.status) && { 'Retry-After': String(RETRY_SECONDS) }),
      ...headers,
    },
  });
}
