import { EnrollkitError, visible } from '@enrollkit/base';

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
 * | `number-unsafe` | it opened, and holds an integer that a JavaScript number cannot carry |
 * | `key-unavailable` | the opener that holds the key did not answer |
 */
export type EncryptionErrorCode =
  | 'key-unfit'
  /** An option cannot be used as given; the message begins with its name. */
  | 'option-unfit'
  | 'plaintext-unsealable'
  | 'contract-violation'
  | 'token-malformed'
  | 'token-refused'
  | 'kid-refused'
  | 'not-opened'
  | 'plaintext-not-json'
  | 'number-unsafe'
  | 'key-unavailable';

/**
 * What all errors of this package share. None holds key material, plaintext or a token; none has a cause but
 * {@link KeyUnavailableError}.
 */
export class EncryptionError extends EnrollkitError<EncryptionErrorCode> {}

/** The key cannot be used. The message says what was found and what is needed. */
export class KeyUnfitError extends EncryptionError {
  constructor(message: string, hint: string) {
    super({ code: 'key-unfit', message, hint });
  }
}

/** An option cannot be used; the message begins with its name. */
export class OptionUnfitError extends EncryptionError {
  constructor(message: string) {
    super({ code: 'option-unfit', message, hint: 'Correct the option, or leave it out for its default.' });
  }
}

/**
 * The plaintext cannot be sealed as it is. `pointer` is the place (RFC 6901); the whole is the empty text.
 */
export class PlaintextUnsealableError extends EncryptionError {
  readonly pointer: string;

  constructor(found: string, pointer = '') {
    const place = pointer === '' ? '' : ` at ${visible(pointer)}`;
    super({
      code: 'plaintext-unsealable',
      message: `The plaintext has ${found}${place}; it must be a JSON value, a string or a Uint8Array. Nothing was sealed`,
      hint: 'Seal what JSON can carry: leave absent members out, await promises, write large integers and dates as text.',
    });
    this.pointer = pointer;
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
  /** Name of the contract's schema. */
  readonly contract: string;
  readonly problems: readonly PlaintextProblem[];

  constructor(contract: string, problems: readonly PlaintextProblem[]) {
    const first = problems.slice(0, 5).map(({ pointer, message }) => `${pointer || 'the whole'} ${message}`);
    const more = problems.length > first.length ? `; and ${problems.length - first.length} more` : '';
    super({
      code: 'contract-violation',
      message: `The plaintext does not fit ${contract}: ${first.join('; ')}${more}. Nothing was sealed.`,
      hint: 'Correct the values at those places; the contract has the rules.',
    });
    this.contract = contract;
    this.problems = problems;
  }
}

/** Not a compact JWE. */
export class TokenMalformedError extends EncryptionError {
  constructor(message: string) {
    super({
      code: 'token-malformed',
      message,
      hint: 'Pass the token exactly as it was received: five parts of base64url between dots.',
    });
  }
}

/** A JWE of a kind that is not read here. */
export class TokenRefusedError extends EncryptionError {
  constructor(message: string) {
    super({
      code: 'token-refused',
      message,
      hint: 'Ask the sender which algorithms it uses; the README lists those that are read.',
    });
  }
}

/** The token is for another key. */
export class KidRefusedError extends EncryptionError {
  constructor(message: string) {
    super({
      code: 'kid-refused',
      message,
      hint: 'Configure the key that the token names, or make the key without a pinned kid.',
    });
  }
}

/**
 * The token did not open. One message and no cause, whether the key was the wrong one, the wrapped key or the
 * tag was altered, or a length was off: telling them apart helps only an attacker (RFC 7516 section 11.5).
 */
export class NotOpenedError extends EncryptionError {
  constructor() {
    super({
      code: 'not-opened',
      message: 'The JWE did not open with this key',
      hint: 'Check that the key is the private half of the one it was sealed to, and that the token arrived whole.',
    });
  }
}

/** The plaintext is no JSON text. */
export class PlaintextNotJsonError extends EncryptionError {
  constructor() {
    super({
      code: 'plaintext-not-json',
      message: 'The JWE opened, and its plaintext is not JSON in UTF-8',
      hint: 'Read its bytes with open.',
    });
  }
}

/** The plaintext has an integer beyond 2^53, which a JavaScript number would change. */
export class NumberUnsafeError extends EncryptionError {
  constructor() {
    super({
      code: 'number-unsafe',
      message: 'The JWE opened, and its JSON has an integer beyond 2^53 - 1, which a number cannot carry',
      hint: "Open it with { largeIntegers: 'string' } or { largeIntegers: 'bigint' }.",
    });
  }
}

/** The key lives elsewhere and could not be asked. Says nothing about the token. */
export class KeyUnavailableError extends EncryptionError {
  constructor(cause: unknown) {
    super({
      code: 'key-unavailable',
      message: 'The opener that holds the key did not unwrap the content key',
      hint: 'Check that the HSM or the key service is reachable and allows the operation, and try again.',
      cause,
    });
  }
}
