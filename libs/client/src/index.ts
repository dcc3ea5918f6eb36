export {
  ClientError,
  ConfigError,
  ProviderError,
  RequestAbortedError,
  RequestTooLargeError,
  RequestViolationError,
  type CallPlace,
  type ClientErrorCode,
  type ConfigErrorCode,
} from './errors.ts';
export { transportReasons, type ErrorDetail, type ProviderFailure, type TransportReason } from './failure.ts';
export {
  createClickToPayClient,
  type ClickToPayClient,
  type ClickToPayClientConfig,
} from './families/click-to-pay/client.ts';
export type { ClickToPayConfig, Programme } from './families/click-to-pay/config.ts';
export { clickToPayProvider } from './families/click-to-pay/provider.ts';
export {
  createCredentialDirectoryClient,
  type CredentialDirectoryClient,
  type CredentialDirectoryClientConfig,
} from './families/credential-directory/client.ts';
export type { CredentialDirectoryConfig, Directory } from './families/credential-directory/config.ts';
export { credentialDirectoryProvider } from './families/credential-directory/provider.ts';
export type { CallOptions, RetryOptions } from './families/shared/core.ts';
export type {
  Answer,
  CallInput,
  CallResult,
  OperationMethods,
  PlainView,
} from './families/shared/operation-types.ts';
export { judge, type Judgement, type Outcome } from './judge.ts';
export { retryTable, type Action, type RetryRow, type SubjectFields, type Verdicts } from './retry.ts';
export type { ConnectionConfig } from './transport/connection-config.ts';
export type { ErrorNotice, Hooks, ResponseNotice, UnknownValue } from './transport/hooks.ts';
export type { TlsOptions } from './transport/tls.ts';
export { defaultLimits, type TransportOptions } from './transport/options.ts';
