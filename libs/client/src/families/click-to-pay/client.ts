import { operations, type paths } from '@enrollkit/contract/click-to-pay-enrollment';
import { createCore, type RetryOptions } from '../shared/core.ts';
import { operationMethods } from '../shared/operation-methods.ts';
import type { OperationMethods, OperationsOf } from '../shared/operation-types.ts';
import { connectClickToPay, defaultsOf, type ClickToPayConfig, type Programme } from './config.ts';

type Operations = OperationsOf<typeof operations, paths>;

/** What a client of the enrollment API is made of. */
export interface ClickToPayClientConfig extends ClickToPayConfig {
  /** Attempts of each call, where an error says that repeating is safe (default: one). */
  readonly retries?: RetryOptions;
}

/**
 * The enrollment API as it is: one method for each operation of the contract, under its `operationId`.
 *
 * Takes `path`, `query`, `header` and `body` where the contract has them. A body is given in clear where the contract
 * has a JWE: it is checked, sealed, and the whole checked again, before anything is sent. `srcClientId`, `serviceId`
 * and an id of the call are filled in.
 *
 * Returns the answer when the provider answered with a success that keeps the contract. Everything else throws:
 * `ContractViolationError` and `RequestViolationError` before anything was sent, `ProviderError` after, and
 * `RequestAbortedError` when the signal aborted.
 */
export interface ClickToPayClient extends OperationMethods<Operations, Programme> {
  /** Lets what is in flight finish, then frees all connections. */
  close(): Promise<void>;
}

/** Makes a client of the enrollment API. Throws `ConfigError`. */
export function createClickToPayClient(config: ClickToPayClientConfig): ClickToPayClient {
  const connection = connectClickToPay(config);
  const { encryptionKey, retries, newCorrelationId } = config;
  const defaults = defaultsOf(config);
  const core = createCore({ ...connection, encryptionKey, defaults, retries, newCorrelationId });
  const methods = operationMethods<Operations, Programme>(operations, core);
  return { ...methods, close: () => connection.transport.close() };
}
