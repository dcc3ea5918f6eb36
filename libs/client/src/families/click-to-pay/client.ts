import { operations, type paths } from '@enrollkit/contract/click-to-pay-enrollment';
import { connect, type OperationsOf } from '../../transport/connect.ts';
import { operationMethods } from '../shared/operation-methods.ts';
import type { OperationMethods } from '../shared/operation-types.ts';
import { connectionOf, type ClickToPayConfig } from './config.ts';

/** Names the client fills in by itself, from its configuration. */
export type Programme = 'srcClientId' | 'serviceId';

type Operations = OperationsOf<typeof operations, paths>;

/**
 * The enrollment API as it is: one method for each operation of the contract, under its `operationId`.
 *
 * Takes `path`, `query`, `header` and `body` where the contract has them. A body is given in clear where the contract
 * has a JWE: it is checked, sealed, and the whole checked again, before anything is sent. `srcClientId` and
 * `serviceId` come from the configuration. Each call is one attempt.
 *
 * Gives the answer when the provider answered with a success that keeps the contract. Everything else throws:
 * `ContractViolationError` and `RequestViolationError` before anything was sent, `ProviderError` after, and the
 * signal's reason when it aborted.
 */
export interface ClickToPayClient extends OperationMethods<Operations, Programme> {
  /** Lets what is in flight finish, then frees all connections. */
  close(): Promise<void>;
}

/** Makes a client of the enrollment API. Throws `BaseUrlError`. */
export function createClickToPayClient(config: ClickToPayConfig): ClickToPayClient {
  const { exchange, transport } = connect(connectionOf(config));
  const { encryptionKey, srcClientId, serviceId } = config;
  const programme: Record<Programme, string> = { srcClientId, serviceId };
  const defaults = { query: programme, body: programme };
  const methods = operationMethods<Operations, Programme>({ operations, exchange, encryptionKey, defaults });
  return { ...methods, close: () => transport.close() };
}
