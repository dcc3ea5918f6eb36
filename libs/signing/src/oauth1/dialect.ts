/**
 * How OAuth values enter the signature base string.
 *
 * - `mastercard`: as they stand in the header, unencoded, so that the base string encodes them once; a query
 *   without any escape is taken verbatim. What Mastercard's own signers do and its gateway computes.
 * - `rfc5849`: every name and value is encoded first, and once more with the whole (RFC 5849 section
 *   3.4.1.3.2).
 */
export type Dialect = 'mastercard' | 'rfc5849';

/** `oauth_*` protocol parameters by name, `oauth_signature` and `realm` excepted. */
export type OAuthParameters = Readonly<Record<string, string>>;
