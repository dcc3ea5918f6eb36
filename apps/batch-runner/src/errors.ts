import { EnrollkitError } from '@enrollkit/base';

/** Everything the runner itself refuses or reports; stable, and each has its exit in `exitOfCode`. */
export type RunnerErrorCode =
  /** The command was called wrongly; the message says where. `enrollkit COMMAND --help` shows how. */
  | 'usage'
  /** A setting is wrong; the message names file and line. */
  | 'config-invalid'
  /** There is no configuration file. Make one with `enrollkit init`. */
  | 'config-missing'
  /** A secret cannot be read, or can be read by others. The hint has the command. */
  | 'secret-unreadable'
  /** The file is there already and is not overwritten. */
  | 'file-exists'
  /** The ledger has no such intake. */
  | 'intake-unknown'
  /** The file's intake is unfinished and was read by other settings, which the message names. */
  | 'reading-changed'
  /** The ledger has no such batch. */
  | 'batch-unknown'
  /** The command needs the input file: give it with --file. */
  | 'input-needed'
  /** The provider refused a call signed with the new key; nothing was changed. */
  | 'key-refused'
  /** No process works on the ledger that could be instructed. */
  | 'no-runner'
  /** The process that may have sent the batch may still be alive. Wait, or say --owner-is-dead. */
  | 'owner-alive'
  /** SIGINT ended the command. What was under way is settled; `enrollkit resume` continues. */
  | 'interrupted'
  /** SIGTERM ended the command. What was under way is settled; `enrollkit resume` continues. */
  | 'terminated'
  /** The console's files are not there, and could not be built from source. */
  | 'console-missing'
  /** Standard output could not be written. `enrollkit report` prints it again. */
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
