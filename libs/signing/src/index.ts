export type {
  Authenticator,
  AuthenticationHeaders,
  IncomingAnswer,
  OutgoingRequest,
  SentRequest,
} from './authenticator.ts';
export { oauth1, type OAuth1Options } from './oauth1/oauth1.ts';
export { NonceMemory } from './oauth1/nonce-memory.ts';
export {
  verify,
  type ReceivedRequest,
  type RefusalCode,
  type SeenNonce,
  type Verification,
  type VerifyOptions,
} from './oauth1/verify.ts';
export { explainMismatch, type Mismatch } from './oauth1/explain.ts';
export {
  baseString,
  baseUri,
  parameterString,
  requestBaseString,
  type RequestLine,
} from './oauth1/base-string.ts';
export { bodyHash } from './oauth1/body-hash.ts';
export { percentEncode } from './oauth1/percent.ts';
export {
  authorizationHeader,
  parseAuthorizationHeader,
  type ParsedAuthorization,
} from './oauth1/authorization-header.ts';
export {
  verifySignature,
  type Algorithm,
  type JwsAlgorithm,
  type SignatureMethod,
  type SignFunction,
} from './algorithms.ts';
export type { Dialect, OAuthParameters } from './oauth1/dialect.ts';
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
