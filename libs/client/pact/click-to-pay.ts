import { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import type { Provider } from '@enrollkit/enrollment';
import { MatchersV3 } from '@pact-foundation/pact';
import { onTestFinished } from 'vitest';
import {
  clickToPayProvider,
  createClickToPayClient,
  type ClickToPayClient,
  type ClickToPayConfig,
} from '../src/index.ts';
import { config, srcClientId } from '../test/enrollment.ts';
import { correlated, interactionOf, type Interaction } from './interaction.ts';
import { PlainContract } from './plain-schema.ts';

const contract = await PlainContract.load('click-to-pay-enrollment');

const sides = {
  consumer: 'enrollkit-client',
  provider: 'click-to-pay-enrollment',
  contract,
  operations,
  headers: { 'x-openapi-clientid': MatchersV3.like('client-id') },
};

/** One interaction of our client with the enrollment API, as a test. */
export const interaction = interactionOf(sides);

/** One interaction of a client that fills in the id of the call. */
export const clientInteraction = (story: Interaction): void => interaction(correlated(sides, story));

/** The ids of the programme, where a request names them. */
export const programme = { srcClientId, serviceId: 'SRC' };

/** The pipeline's view of the API. */
export function provider(baseUrl: string, more: Partial<ClickToPayConfig> = {}): Provider {
  const made = clickToPayProvider(config(baseUrl, { ...programme, ...more }));
  onTestFinished(() => made.close());
  return made;
}

/** The API as it is. */
export function client(baseUrl: string): ClickToPayClient {
  const made = createClickToPayClient(config(baseUrl, programme));
  onTestFinished(() => made.close());
  return made;
}
