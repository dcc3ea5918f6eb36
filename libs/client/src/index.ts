import type * as ClickToPay from '@enrollkit/contract/click-to-pay-enrollment';
import type * as CredentialDirectory from '@enrollkit/contract/credential-directory';

export {
  ClientError,
  ConfigError,
  NotificationError,
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
  type ClickToPayPaths,
} from './families/click-to-pay/client.ts';
export type { ClickToPayConfig, Programme } from './families/click-to-pay/config.ts';
export { clickToPayProvider } from './families/click-to-pay/provider.ts';
export {
  createCredentialDirectoryClient,
  type CredentialDirectoryClient,
  type CredentialDirectoryClientConfig,
  type CredentialDirectoryPaths,
} from './families/credential-directory/client.ts';
export type { CredentialDirectoryConfig, Directory } from './families/credential-directory/config.ts';
export { credentialDirectoryProvider } from './families/credential-directory/provider.ts';
export type { FetchClient } from './families/shared/api-client.ts';
export type { WaitOptions } from './families/shared/batch-waiting.ts';
export type { CallOptions, RetryOptions } from './families/shared/core.ts';
export { providerErrorOf } from './families/shared/fetch.ts';
export type {
  Answer,
  CallInput,
  CallResult,
  ClientPaths,
  OperationMethods,
} from './families/shared/operation-types.ts';
export {
  openClickToPayClient,
  openCredentialDirectoryClient,
  type ClickToPayFiles,
  type CredentialDirectoryFiles,
  type KeyFiles,
  type SigningKeyFile,
} from './key-files.ts';
export { judge, type Judgement, type Outcome } from './judge.ts';
export { readNotification, type NotificationProof, type ReadNotification } from './notifications.ts';
export { retryTable, type Action, type RetryRow, type SubjectFields, type Verdicts } from './retry.ts';
export { signedFetch } from './signed-fetch.ts';
export type { ConnectionConfig } from './transport/connection-config.ts';
export type { ErrorNotice, Hooks, ResponseNotice, UnknownValue } from './transport/hooks.ts';
export { createFetch, type TransportFetch } from './transport/fetch.ts';
export type { TlsOptions } from './transport/tls.ts';
export { defaultLimits, type TransportOptions } from './transport/options.ts';

/**
 * The types of each API by the names of its contract: `ClickToPay.EnrollmentData`,
 * `CredentialDirectory.BatchStatus`, ...
 */
export type { ClickToPay, CredentialDirectory };
