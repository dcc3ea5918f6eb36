import { defined, EnrollkitError, type ErrorParts } from '@enrollkit/base';

/**
 * Every way signing can fail, as a closed set of codes.
 *
 * | code | raised when |
 * | --- | --- |
 * | `invalid-key` | the key cannot do what was asked: wrong half, wrong type, too small |
 * | `key-failed` | the key or the signer function gave no usable signature |
 * | `invalid-option` | an option that was passed cannot be used |
 * | `invalid-request` | the request cannot be signed unambiguously (method, URL, query) |
 * | `malformed-header` | an `Authorization: OAuth` header cannot be read |
 * | `token-refused` | the token endpoint answered with an OAuth 2.0 error |
 * | `token-unavailable` | the token endpoint did not answer, or answered with a server error |
 * | `token-malformed` | the token endpoint answered with something that is not a DPoP-bound token |
 */
export type SigningErrorCode =
  | 'invalid-key'
  | 'key-failed'
  | 'invalid-option'
  | 'invalid-request'
  | 'malformed-header'
  | 'token-refused'
  | 'token-unavailable'
  | 'token-malformed';

/**
 * What all errors of this package share. No message, field or cause ever holds key material, a consumer key
 * or a token.
 */
export class SigningError extends EnrollkitError<SigningErrorCode> {}

/** The key cannot be used for this algorithm. The message names what was found and what is needed. */
export class InvalidKeyError extends SigningError {
  constructor(message: string, hint: string) {
    super({ code: 'invalid-key', message, hint });
  }
}

/**
 * The key was accepted but signing failed; `cause` is what the signer (node:crypto, HSM, KMS) reported,
 * redacted.
 */
export class KeyFailedError extends SigningError {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    const hint = 'Check that the key, or the HSM or key service behind it, can sign with this algorithm.';
    super(defined<ErrorParts<'key-failed'>>({ code: 'key-failed', message, hint, cause: options.cause }));
  }
}

/** An option cannot be used; the message begins with its name. */
export class InvalidOptionError extends SigningError {
  constructor(message: string, hint = 'Correct the option, or leave it out for its default.') {
    super({ code: 'invalid-option', message, hint });
  }
}

/** The request cannot be signed so that only this request has this signature. */
export class InvalidRequestError extends SigningError {
  constructor(message: string, hint: string) {
    super({ code: 'invalid-request', message, hint });
  }
}

/** An `Authorization` header that is not what RFC 5849 section 3.5.1 describes. */
export class MalformedHeaderError extends SigningError {
  constructor(message: string) {
    const hint = 'Pass the Authorization header exactly as it was received.';
    super({ code: 'malformed-header', message, hint });
  }
}

/** What a {@link TokenError} is made of. */
export interface TokenErrorParts
  extends ErrorParts<'token-refused' | 'token-unavailable' | 'token-malformed'> {
  readonly status?: number;
  readonly error?: string;
}

/**
 * No access token could be had. `status` and `error` are the token endpoint's, when it answered (RFC 6749
 * section 5.2).
 */
export class TokenError extends SigningError {
  readonly status?: number;
  readonly error?: string;

  constructor({ status, error, ...parts }: TokenErrorParts) {
    super(parts);
    if (status !== undefined) this.status = status;
    if (error !== undefined) this.error = error;
  }
}
