import { EnrollkitError } from '@enrollkit/base';
import type { FieldProblem, Problem } from '@enrollkit/contract/runner';

/** Codes of the console's own, beside those of the server's problems. */
export type ApiErrorCode =
  /** No answer came: the server has ended, or the network between is gone. Start it again, or wait. */
  | 'server-unreachable'
  /**
   * The answer is not one that the contract has. Somebody else answered, or versions differ: load the
   * page again.
   */
  | 'answer-not-understood';

/**
 * What a call of the server ended with, if not with its answer: its problem (RFC 9457), or one of our
 * own codes.
 */
export class ApiError extends EnrollkitError {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** What of the request is wrong, field by field. */
  readonly fields: readonly FieldProblem[];

  constructor({ title, code, hint, status, fields = [] }: Omit<Problem, 'type'>, cause?: unknown) {
    super({ message: title, code, hint, cause });
    this.status = status;
    this.fields = fields;
  }
}

/** The error of a call that got no answer. */
export function unreachable(cause: unknown): ApiError {
  const code: ApiErrorCode = 'server-unreachable';
  return new ApiError(
    {
      code,
      status: 0,
      title: 'The server does not answer',
      hint: 'Is enrollkit serve still running, and is the network there? The page tries again by itself.',
    },
    cause,
  );
}

/** The error of an answer that is no problem of the contract and no success either. */
export function notUnderstood(status: number): ApiError {
  const code: ApiErrorCode = 'answer-not-understood';
  return new ApiError({
    code,
    status,
    title: `The server answered with status ${status} and without an explanation`,
    hint: 'Load the page again. If a proxy stands before the server, look at its log.',
  });
}

/**
 * The error of a sign-in that the identity provider led back from without success; `code` is the
 * server's.
 */
export function notSignedIn(code: string): ApiError {
  return code === 'role-insufficient'
    ? new ApiError({
        code,
        status: 403,
        title: 'The identity provider knows you, and none of your groups may use this console',
        hint: 'Ask whoever runs it: serve.oidc.roles says which groups may.',
      })
    : new ApiError({
        code: 'sign-in-refused',
        status: 401,
        title: 'The sign-in at the identity provider was not completed',
        hint: 'Try again in this window. If it comes back, enrollkit serve says why on its terminal.',
      });
}

/** Whether a value is a problem of the contract. */
export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'title' in value &&
    typeof value.title === 'string' &&
    'code' in value &&
    typeof value.code === 'string' &&
    'hint' in value &&
    typeof value.hint === 'string' &&
    'status' in value &&
    typeof value.status === 'number'
  );
}
