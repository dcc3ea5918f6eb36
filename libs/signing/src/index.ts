export type {
  Authenticator,
  AuthenticationHeaders,
  IncomingAnswer,
  OutgoingRequest,
  SentRequest,
} from './authenticator.ts';
export { oauth1, type OAuth1Options } from './oauth1.ts';
export { oauth2, type OAuth2Options } from './oauth2.ts';
export { TokenCache } from './token-cache.ts';
export {
  verify,
  type ReceivedRequest,
  type RefusalCode,
  type SeenNonce,
  type Verification,
  type VerifyOptions,
} from './verify.ts';
export { explainMismatch, type Mismatch } from './explain.ts';
export { baseString, baseUri, parameterString, requestBaseString, type RequestLine } from './base-string.ts';
export { bodyHash } from './body-hash.ts';
export { percentEncode } from './percent.ts';
export {
  authorizationHeader,
  parseAuthorizationHeader,
  type ParsedAuthorization,
} from './authorization-header.ts';
export {
  verifySignature,
  type Algorithm,
  type JwsAlgorithm,
  type SignatureMethod,
  type SignFunction,
} from './algorithms.ts';
export type { Dialect, OAuthParameters } from './dialect.ts';
export {
  InvalidKeyError,
  InvalidOptionError,
  InvalidRequestError,
  KeyFailedError,
  MalformedHeaderError,
  SigningError,
  type SigningErrorCode,
  TokenError,
} from './errors.ts';
