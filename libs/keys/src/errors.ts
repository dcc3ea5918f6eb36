import { EnrollkitError } from '@enrollkit/base';

/**
 * Every way a key can fail to be read or chosen, closed.
 *
 * | code | raised when |
 * | --- | --- |
 * | `file-unreadable` | there is no such file, it is a directory, or it may not be read |
 * | `file-readable-by-others` | a private key that the file's group or others can read |
 * | `too-large` | more bytes than a key |
 * | `format-unknown`, `format-unsupported`, `damaged` | it is no key container, one that is not read, or a broken one |
 * | `algorithm-unsupported` | protected with a cipher or digest that is not read, or with more key derivation than is spent on one file |
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
  /** The file is in no format of keys that is known. Check that it is the key file. */
  | 'format-unknown'
  /** The format is known and not read here. The hint has the command that converts it. */
  | 'format-unsupported'
  | 'algorithm-unsupported'
  | 'wrong-kind'
  /** The file holds several keys or certificates that do not belong together. Name one by alias or kid. */
  | 'several-keys'
  /** The key is encrypted and no password was given. */
  | 'password-missing'
  /** The password does not open the file. */
  | 'password-wrong'
  /** The file has no entry of that alias; the message lists those it has. */
  | 'alias-unknown'
  | 'damaged'
  /** The key set has no key of that id. */
  | 'kid-unknown'
  /** An option cannot be used as given; the message begins with its name. */
  | 'option-unfit'
  /** The key set has no key for that purpose. */
  | 'purpose-unknown'
  /** The key set has keys of several environments. Name one. */
  | 'environment-ambiguous'
  | 'key-not-pinned'
  /** The key set could not be fetched, and no cached one may be used. */
  | 'set-unreachable'
  /** The answer is no key set, or has no usable key. */
  | 'set-unusable'
  /** The cached key set is older than the limit. Fetch it again, or raise the limit on purpose. */
  | 'set-too-old'
  /** The cache file belongs to somebody else, can be written by others, or claims a date in the future. */
  | 'cache-untrusted'
  /** The URL of the key set is not https. */
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
