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

/** What all errors of this package share. No message, field or cause ever holds key material or a token. */
export class SigningError extends Error {
  override readonly name: string = 'SigningError';
  readonly code: SigningErrorCode;

  constructor(code: SigningErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The key cannot be used for this algorithm. The message names what was found, what is needed, and what would mend it. */
export class InvalidKeyError extends SigningError {
  override readonly name = 'InvalidKeyError';

  constructor(message: string) {
    super('invalid-key', message);
  }
}

/** The key was accepted but signing failed; `cause` is what the signer (node:crypto, HSM, KMS) reported. */
export class KeyFailedError extends SigningError {
  override readonly name = 'KeyFailedError';

  constructor(message: string, options?: ErrorOptions) {
    super('key-failed', message, options);
  }
}

/** An option cannot be used; the message begins with its name. */
export class InvalidOptionError extends SigningError {
  override readonly name = 'InvalidOptionError';

  constructor(message: string) {
    super('invalid-option', message);
  }
}

/** The request cannot be signed so that only this request has this signature. */
export class InvalidRequestError extends SigningError {
  override readonly name = 'InvalidRequestError';

  constructor(message: string) {
    super('invalid-request', message);
  }
}

/** An `Authorization` header that is not what RFC 5849 section 3.5.1 describes. */
export class MalformedHeaderError extends SigningError {
  override readonly name = 'MalformedHeaderError';

  constructor(message: string) {
    super('malformed-header', message);
  }
}

/** No access token could be had. `status` and `error` are the token endpoint's, when it answered (RFC 6749 section 5.2). */
export class TokenError extends SigningError {
  override readonly name = 'TokenError';
  readonly status?: number;
  readonly error?: string;

  constructor(
    code: 'token-refused' | 'token-unavailable' | 'token-malformed',
    message: string,
    { status, error, cause }: { readonly status?: number; readonly error?: string; readonly cause?: unknown },
  ) {
    super(code, message, cause === undefined ? undefined : { cause });
    if (status !== undefined) this.status = status;
    if (error !== undefined) this.error = error;
  }
}
