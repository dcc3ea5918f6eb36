/**
 * Every way sealing and opening can fail, as a closed set of codes.
 *
 * | code | raised when |
 * | --- | --- |
 * | `key-unfit` | the key cannot do what was asked: wrong half, not RSA, too small, meant for something else |
 * | `option-unfit` | an option that was passed cannot be used |
 * | `plaintext-unsealable` | the plaintext has no one exact text: nothing was sealed, nothing may be sent |
 * | `contract-violation` | the plaintext does not fit its schema: nothing was sealed |
 * | `token-malformed` | the text is no compact JWE |
 * | `token-refused` | it is a JWE, of a kind that is not read here (`alg`, `enc`, `crit`, `zip`, size) |
 * | `kid-refused` | the token names another key than the one (or ones) configured |
 * | `not-opened` | it did not decrypt, whatever the reason |
 * | `plaintext-not-json` | it opened, and what is inside is no JSON text |
 */
export type EncryptionErrorCode =
  | 'key-unfit'
  | 'option-unfit'
  | 'plaintext-unsealable'
  | 'contract-violation'
  | 'token-malformed'
  | 'token-refused'
  | 'kid-refused'
  | 'not-opened'
  | 'plaintext-not-json';

/** What all errors of this package share. None has a cause; none holds key material, plaintext or a token. */
export class EncryptionError extends Error {
  override readonly name: string = 'EncryptionError';
  readonly code: EncryptionErrorCode;

  constructor(code: EncryptionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The key cannot be used. The message says what was found and what is needed. */
export class KeyUnfitError extends EncryptionError {
  override readonly name = 'KeyUnfitError';

  constructor(message: string) {
    super('key-unfit', message);
  }
}

/** An option cannot be used; the message begins with its name. */
export class OptionUnfitError extends EncryptionError {
  override readonly name = 'OptionUnfitError';

  constructor(message: string) {
    super('option-unfit', message);
  }
}

/** The plaintext cannot be sealed as it is. */
export class PlaintextUnsealableError extends EncryptionError {
  override readonly name = 'PlaintextUnsealableError';

  constructor(message: string) {
    super('plaintext-unsealable', message);
  }
}

/** One thing wrong with a plaintext: where (RFC 6901 pointer) and which rule. Never the value. */
export interface PlaintextProblem {
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
}

/** The plaintext does not fit the contract's schema. */
export class ContractViolationError extends EncryptionError {
  override readonly name = 'ContractViolationError';
  /** Name of the contract's schema. */
  readonly contract: string;
  readonly problems: readonly PlaintextProblem[];

  constructor(contract: string, problems: readonly PlaintextProblem[]) {
    const first = problems.slice(0, 5).map(({ pointer, message }) => `${pointer || 'the whole'} ${message}`);
    const more = problems.length > first.length ? `; and ${problems.length - first.length} more` : '';
    super(
      'contract-violation',
      `The plaintext does not fit ${contract}: ${first.join('; ')}${more}. Nothing was sealed.`,
    );
    this.contract = contract;
    this.problems = problems;
  }
}

/** Not a compact JWE. */
export class TokenMalformedError extends EncryptionError {
  override readonly name = 'TokenMalformedError';

  constructor(message: string) {
    super('token-malformed', message);
  }
}

/** A JWE of a kind that is not read here. */
export class TokenRefusedError extends EncryptionError {
  override readonly name = 'TokenRefusedError';

  constructor(message: string) {
    super('token-refused', message);
  }
}

/** The token is for another key. */
export class KidRefusedError extends EncryptionError {
  override readonly name = 'KidRefusedError';

  constructor(message: string) {
    super('kid-refused', message);
  }
}

/**
 * The token did not open. One message and no cause, whether the key was the wrong one, the wrapped key or the tag
 * was altered, or a length was off: telling them apart helps only an attacker (RFC 7516 section 11.5).
 */
export class NotOpenedError extends EncryptionError {
  override readonly name = 'NotOpenedError';

  constructor() {
    super('not-opened', 'The JWE did not open with this key');
  }
}

/** The plaintext is no JSON text. */
export class PlaintextNotJsonError extends EncryptionError {
  override readonly name = 'PlaintextNotJsonError';

  constructor() {
    super('plaintext-not-json', 'The JWE opened, and its plaintext is not JSON in UTF-8');
  }
}
