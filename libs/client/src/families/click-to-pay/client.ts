import {
  operations,
  type BatchStatus,
  type PlainPaths,
  type paths,
} from '@enrollkit/contract/click-to-pay-enrollment';
import { fetchClient, type FetchClient } from '../shared/api-client.ts';
import {
  batchStates,
  pollPlace,
  waitForBatch,
  type BatchReader,
  type WaitOptions,
} from '../shared/batch-waiting.ts';
import { createCore, type RetryOptions } from '../shared/core.ts';
import { isFinal } from '../shared/to-domain.ts';
import { operationMethods } from '../shared/operation-methods.ts';
import type { ClientPaths, OperationMethods, OperationsOf } from '../shared/operation-types.ts';
import { connectClickToPay, defaultsOf, type ClickToPayConfig, type Programme } from './config.ts';

type Operations = OperationsOf<typeof operations, paths>;

/**
 * The paths of the contract as `GET`, `POST`, `PUT` and `DELETE` take them: bodies in clear, configured ids
 * optional.
 */
export type ClickToPayPaths = ClientPaths<PlainPaths, Programme>;

/** What a client of the enrollment API is made of. */
export interface ClickToPayClientConfig extends ClickToPayConfig {
  /** Attempts of each call, where an error says that repeating is safe (default: one). */
  readonly retries?: RetryOptions;
}

/**
 * The enrollment API as it is: one method for each operation of the contract, under its `operationId`.
 *
 * Takes `path`, `query`, `header` and `body` where the contract has them. A body is given in clear where the
 * contract has a JWE: it is checked, sealed, and the whole checked again, before anything is sent.
 * `srcClientId`, `serviceId` and an id of the call are filled in.
 *
 * Returns the answer when the provider answered with a success that keeps the contract. Everything else
 * throws: `ContractViolationError` and `RequestViolationError` before anything was sent, `ProviderError`
 * after, and `RequestAbortedError` when the signal aborted.
 */
export interface ClickToPayClient
  extends OperationMethods<Operations, Programme>,
    FetchClient<ClickToPayPaths> {
  /** Polls a batch until its state is final, and returns that. */
  waitForBatch(batchId: string, options?: WaitOptions<BatchStatus>): Promise<BatchStatus>;
  /** The states of a batch as they are read; the last one is final. */
  batchStates(batchId: string, options?: WaitOptions<BatchStatus>): AsyncIterable<BatchStatus>;
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
  const reader: BatchReader<BatchStatus> = {
    read: async (batchId, signal) => {
      const options = { signal };
      return (await methods.getBatchStatus({ path: { batchId } }, options)).body;
    },
    placeOf: pollPlace(config.baseUrl, operations.getBatchStatus),
    isFinal: ({ status }) => isFinal(status),
  };
  return {
    ...fetchClient<ClickToPayPaths>({ baseUrl: config.baseUrl, operations, core }),
    ...methods,
    waitForBatch: (batchId, options) => waitForBatch(reader, batchId, options),
    batchStates: (batchId, options) => batchStates(reader, batchId, options),
    close: () => connection.transport.close(),
  };
}
