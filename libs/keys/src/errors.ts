import { EnrollkitError } from '@enrollkit/base';

/**
 * Every way a key can fail to be read or chosen, closed.
 *
 * | code | raised when |
 * | --- | --- |
 * | `file-unreadable` | there is no such file, it is a directory, or it may not be read |
 * | `file-readable-by-others` | a private key that the file's group or others can read |
 * | `too-large` | more bytes than a key, or more key derivation than is spent on one file |
 * | `format-unknown`, `format-unsupported`, `damaged` | it is no key container, one that is not read, or a broken one |
 * | `algorithm-unsupported` | protected with a cipher or digest that is not read |
 * | `wrong-kind` | the other half, a certificate, a trust store |
 * | `several-keys`, `alias-unknown`, `kid-unknown` | not exactly one key is meant |
 * | `password-missing`, `password-wrong` | it does not open |
 * | `option-unfit`, `url-refused` | an option cannot be used |
 * | `purpose-unknown`, `environment-ambiguous` | a key set has no, or no clear, newest key |
 * | `key-not-pinned` | a key set offers a key that is not among the pins |
 * | `set-unreachable`, `set-unusable`, `set-too-old`, `cache-untrusted` | a key set cannot be used |
 */
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
  | 'option-unfit'
  | 'purpose-unknown'
  | 'environment-ambiguous'
  | 'key-not-pinned'
  | 'set-unreachable'
  | 'set-unusable'
  | 'set-too-old'
  | 'cache-untrusted'
  | 'url-refused';

/** What a {@link KeyError} is made of: never key material, never a password. */
export interface KeyErrorParts {
  /** Which source: the file's path, the URL, or `the bytes given`. */
  readonly where: string;
  /** What was found there, in words. */
  readonly found: string;
  /** What was asked for. */
  readonly expected: string;
  /** The command or step that would fix it. */
  readonly hint: string;
  /** What the file system or the network reported. */
  readonly cause?: unknown;
}

/** A key could not be read or chosen. The message says where, what was found and what was expected. */
export class KeyError extends EnrollkitError<KeyErrorCode> {
  readonly where: string;
  readonly found: string;
  readonly expected: string;

  constructor(code: KeyErrorCode, { where, found, expected, hint, cause }: KeyErrorParts) {
    super({ code, message: `${where}: found ${found}; expected ${expected}`, hint, cause });
    this.where = where;
    this.found = found;
    this.expected = expected;
  }
}
