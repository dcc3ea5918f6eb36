import {
  operations,
  type BatchEnrollRequest,
  type BatchReceipt,
} from '@enrollkit/contract/click-to-pay-enrollment';
import type { Compliance } from '@enrollkit/enrollment';
import type { SubjectFields } from '../../retry.ts';
import { connect, type Connection } from '../../transport/connect.ts';
import type { ConnectionConfig } from '../../transport/connection-config.ts';
import { checkId } from '../shared/check-id.ts';
import type { Defaults } from '../shared/core.ts';
import { withClientId } from './client-id.ts';

/** What it takes to talk to the enrollment API. */
export interface ClickToPayConfig extends ConnectionConfig {
  /** Id of the onboarded client: a UUID in lower case. */
  readonly srcClientId: string;
  /** Id of the programme, from onboarding. */
  readonly serviceId: string;
  /**
   * Addresses of the provider's terms and privacy notice, which must go with every card number that is
   * enrolled at once; for records that carry no consents of their own.
   */
  readonly consents?: Compliance;
  /**
   * Whether to send `x-openapi-clientid`, the client id half of the consumer key, as the provider's spec asks
   * (default true). The gateway may add it by itself.
   */
  readonly openApiClientIdHeader?: boolean;
}

/** Names the client fills in by itself, from its configuration. */
export type Programme = 'srcClientId' | 'serviceId';

/** What is filled into requests of this family. */
export function defaultsOf({ srcClientId, serviceId }: ClickToPayConfig): Defaults {
  const programme: Record<Programme, string> = { srcClientId, serviceId };
  return { query: programme, body: programme };
}

/** The fields by which the provider's errors name what they are about. */
export const subjects: SubjectFields = {
  batch: ['externalBatchId', 'batchId'] satisfies (keyof BatchReceipt)[],
  programme: ['srcClientId', 'serviceId'] satisfies (keyof BatchEnrollRequest)[],
};

/**
 * Opens the connection of this family: its ids checked, its header beside the signature. Throws
 * `ConfigError`.
 */
export function connectClickToPay(config: ClickToPayConfig): Connection {
  const { openApiClientIdHeader = true, authenticator, srcClientId, serviceId } = config;
  checkId(operations.getCard, 'srcClientId', { code: 'client-id-invalid', value: srcClientId });
  checkId(operations.getCard, 'serviceId', { code: 'service-id-invalid', value: serviceId });
  const own = openApiClientIdHeader ? { ...config, authenticator: withClientId(authenticator) } : config;
  return connect(own, subjects);
}
