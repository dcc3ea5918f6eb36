export { BaseUrlError } from './transport/base-url.ts';
export {
  createClickToPayClient,
  type ClickToPayClient,
  type Programme,
} from './families/click-to-pay/client.ts';
export type { ClickToPayConfig } from './families/click-to-pay/config.ts';
export { clickToPayProvider } from './families/click-to-pay/provider.ts';
export type { ConnectionConfig } from './transport/connection-config.ts';
export {
  createCredentialDirectoryClient,
  type CredentialDirectoryClient,
  type Directory,
} from './families/credential-directory/client.ts';
export type { CredentialDirectoryConfig } from './families/credential-directory/config.ts';
export { credentialDirectoryProvider } from './families/credential-directory/provider.ts';
export type { UnknownValue } from './transport/exchange.ts';
export type {
  Answer,
  CallInput,
  CallOptions,
  CallResult,
  OperationMethods,
  PlainView,
} from './families/shared/operation-types.ts';
export {
  ProviderError,
  transportReasons,
  type ErrorDetail,
  type ProviderFailure,
  type TransportReason,
} from './provider-error.ts';
export { RequestTooLargeError, RequestViolationError } from './request-violation-error.ts';
export { retryTable, type Action, type RetryRow, type Verdicts } from './retry.ts';
export type { TlsOptions } from './transport/tls.ts';
export {
  createTransport,
  defaultLimits,
  type Transport,
  type TransportOptions,
  type WireAnswer,
  type WireRequest,
} from './transport/transport.ts';
