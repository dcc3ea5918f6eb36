export { BaseUrlError } from './base-url.ts';
export { createClient, type ClickToPayClient, type Programme } from './click-to-pay-enrollment/client.ts';
export type { ClickToPayConfig } from './click-to-pay-enrollment/config.ts';
export { clickToPayEnrollment } from './click-to-pay-enrollment/provider.ts';
export type { ConnectionConfig } from './connection-config.ts';
export {
  createDirectoryClient,
  type CredentialDirectoryClient,
  type Directory,
} from './credential-directory/client.ts';
export type { CredentialDirectoryConfig } from './credential-directory/config.ts';
export { credentialDirectory } from './credential-directory/provider.ts';
export type { Surprise } from './exchange.ts';
export type {
  Answer,
  CallInput,
  CallOptions,
  CallResult,
  OperationMethods,
  PlainView,
} from './operation-types.ts';
export {
  ProviderError,
  transportReasons,
  type ErrorDetail,
  type ProviderFailure,
  type TransportReason,
} from './provider-error.ts';
export { RequestTooLargeError, RequestViolationError } from './request-violation-error.ts';
export { retryTable, type Question, type RetryRow, type Verdicts } from './retry.ts';
export type { TlsOptions } from './tls.ts';
export {
  createTransport,
  defaultLimits,
  type Transport,
  type TransportOptions,
  type WireAnswer,
  type WireRequest,
} from './transport.ts';
