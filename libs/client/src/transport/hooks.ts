import type { CallPlace } from '../errors.ts';

/** A value in an answer that the contract does not list, and that was tolerated. */
export interface UnknownValue {
  readonly operationId: string;
  readonly status: number;
  /** JSON Pointer into the answer. */
  readonly pointer: string;
  /** What the contract has there; never the value found. */
  readonly message: string;
}

/** A call that succeeded. */
export interface ResponseNotice extends CallPlace {
  readonly status: number;
  /** The platform's id of the call, for its support. */
  readonly correlationId: string | undefined;
  /** From before the key was looked up to the last byte of the answer. */
  readonly durationMs: number;
}

/** A call that threw. */
export interface ErrorNotice extends CallPlace {
  /** What the caller gets: mostly a `ProviderError`; act on its `code`, and on `outcome` where it has one. */
  readonly error: Error & { readonly code?: string };
  readonly durationMs: number;
}

/**
 * Called for every attempt, synchronously; none of them sees a body, a credential or a sensitive value. What
 * a hook throws changes no outcome, since that would turn an enrollment into an error: it becomes a warning
 * of the process.
 */
export interface Hooks {
  readonly onRequest?: (request: CallPlace) => void;
  readonly onResponse?: (response: ResponseNotice) => void;
  readonly onError?: (failed: ErrorNotice) => void;
  /** Notified of values in answers that an extensible enum of the contract does not list. */
  readonly onUnknownValue?: (value: UnknownValue) => void;
}

/** Calls a hook, whatever it does. */
export function notify<Notice>(hook: ((notice: Notice) => void) | undefined, notice: Notice): void {
  try {
    hook?.(notice);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    process.emitWarning(`a hook of the client threw ${name}`, 'EnrollkitWarning');
  }
}
