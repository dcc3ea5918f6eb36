/** Every way a key can fail to be read, closed. */
export type KeyErrorCode =
  | 'file-unreadable'
  | 'file-readable-by-others'
  | 'too-large'
  | 'format-unknown'
  | 'format-unsupported'
  | 'algorithm-unsupported'
  | 'wrong-kind'
  | 'several-keys'
  | 'password-missing'
  | 'password-wrong'
  | 'alias-unknown'
  | 'damaged'
  | 'kid-unknown'
  | 'purpose-unknown'
  | 'environment-ambiguous'
  | 'set-unreachable'
  | 'set-unusable'
  | 'cache-untrusted'
  | 'url-refused';

/** What a {@link KeyError} tells: never key material, never a password. */
export interface KeyFault {
  /** Which source: the file's path, the URL, or `the bytes given`. */
  readonly where: string;
  /** What was found there, in words. */
  readonly found: string;
  /** What was asked for. */
  readonly expected: string;
  /** The command or step that would mend it. */
  readonly hint: string;
  /** Kept only where it cannot hold key material (file system, network). */
  readonly cause?: unknown;
}

/** A key could not be read or chosen. `code` is stable; `message` reads as where, found, expected, hint. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code: KeyErrorCode;
  readonly where: string;
  readonly found: string;
  readonly expected: string;
  readonly hint: string;

  constructor(code: KeyErrorCode, fault: KeyFault) {
    super(
      `${fault.where}: found ${fault.found}; expected ${fault.expected}. ${fault.hint}`,
      fault.cause === undefined ? undefined : { cause: fault.cause },
    );
    this.code = code;
    this.where = fault.where;
    this.found = fault.found;
    this.expected = fault.expected;
    this.hint = fault.hint;
  }
}
