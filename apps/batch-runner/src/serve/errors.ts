import { EnrollkitError } from '@enrollkit/base';

/** What the console's server refuses a request for; stable, and each has its status in `problems.ts`. */
export type ServeErrorCode =
  /** Parameters or body are not what the operation takes; `fields` says where. */
  | 'request-invalid'
  /** The ledger has no such intake, or the intake no such batch. */
  | 'not-in-ledger'
  /** No operation has that path. */
  | 'path-unknown'
  /** The path has other methods. */
  | 'method-not-offered'
  /** The configured folder has no such file. */
  | 'file-unknown'
  /** The server has made no such plan, or has forgotten it. */
  | 'plan-unknown'
  /** Another plan is being made: wait until it is, or discard it. */
  | 'plans-busy'
  /** The file is larger than is taken. Plan it where it is, with `enrollkit plan`. */
  | 'upload-too-large'
  /** The upload broke off. Send it again. */
  | 'upload-incomplete'
  /** A free text could hold a card number; nothing of it was kept. */
  | 'card-number-refused'
  /** The report of `contract-gate pull` cannot be read. */
  | 'report-unreadable';

/** A field of a request, and what is wrong with it; never its value. */
export interface FieldProblem {
  readonly pointer: string;
  readonly message: string;
}

/** A request that the console's server does not carry out. */
export class ServeError extends EnrollkitError<ServeErrorCode> {
  readonly fields: readonly FieldProblem[];

  constructor(
    code: ServeErrorCode,
    message: string,
    {
      hint,
      fields = [],
      cause,
    }: { readonly hint: string; readonly fields?: readonly FieldProblem[]; readonly cause?: unknown },
  ) {
    super({ code, message, hint, cause });
    this.fields = fields;
  }
}
