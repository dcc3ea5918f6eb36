import { EnrollkitError } from '@enrollkit/base';

/** Everything the runner itself refuses or reports; stable, and each has its exit in `exitOfCode`. */
export type RunnerErrorCode =
  | 'usage'
  | 'config-invalid'
  | 'config-missing'
  | 'secret-unreadable'
  | 'file-exists'
  | 'intake-unknown'
  | 'batch-unknown'
  | 'input-needed'
  | 'key-refused'
  | 'no-runner'
  | 'owner-alive'
  | 'interrupted'
  | 'terminated'
  | 'output-lost';

/** Something the operator can fix: what was asked, what was found, and a hint. */
export class RunnerError extends EnrollkitError<RunnerErrorCode> {
  constructor(
    code: RunnerErrorCode,
    message: string,
    { hint, cause }: { readonly hint: string; readonly cause?: unknown },
  ) {
    super({ code, message, hint, cause });
  }
}
