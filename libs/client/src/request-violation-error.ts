import type { Problem } from '@enrollkit/contract';

/** A call that does not fit the contract. Nothing was sent. Tells the places and rules, never the values. */
export class RequestViolationError extends Error {
  override readonly name = 'RequestViolationError';
  /** Stable code of this class. */
  readonly code = 'REQUEST_VIOLATION';
  readonly operationId: string;
  readonly problems: readonly Problem[];

  constructor(operationId: string, problems: readonly Problem[]) {
    const shown = problems.slice(0, 5).map(({ pointer, message }) => `${pointer || 'the whole'} ${message}`);
    super(`the call of ${operationId} does not fit the contract: ${shown.join('; ')}. Nothing was sent.`);
    this.operationId = operationId;
    this.problems = problems;
  }
}

/** A request whose body is larger than any that makes sense. Nothing was sent. */
export class RequestTooLargeError extends Error {
  override readonly name = 'RequestTooLargeError';
  /** Stable code of this class. */
  readonly code = 'REQUEST_TOO_LARGE';
  readonly hint = 'Put fewer records into a request (with enrollkit: sending.batchSize).';

  constructor(operationId: string, bytes: number, most: number) {
    super(`the body of ${operationId} has ${bytes} bytes, and at most ${most} are sent. Nothing was sent.`);
  }
}
