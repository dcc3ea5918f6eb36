import type { operations, paths } from '@enrollkit/contract/click-to-pay-enrollment';
import { createExchange, type Call, type Exchange } from '../exchange.ts';
import { createTransport, type Transport } from '../transport.ts';
import { withClientId } from './client-id.ts';
import type { ClickToPayConfig } from './config.ts';

/** The generated type of each operation, by `operationId`. */
export type Operations = {
  readonly [Id in keyof typeof operations]: paths[(typeof operations)[Id]['path']][Lowercase<(typeof operations)[Id]['method']> & keyof paths[(typeof operations)[Id]['path']]];
};

/** The header of the answer and of the next call are the same one. */
type FlowHeader = keyof NonNullable<Operations['enrollBatch']['parameters']['header']>;
const flowHeader: FlowHeader = 'X-Src-Cx-Flow-Id';

/** Opens the road to the enrollment API: a pool, and the exchange over it. */
export function connect(config: ClickToPayConfig): { readonly exchange: Exchange; readonly transport: Transport } {
  const { baseUrl, onSurprise, authenticator, openApiClientIdHeader = true, sessionAffinity = false } = config;
  const transport = createTransport(openApiClientIdHeader ? withClientId(authenticator) : authenticator, config.transport);
  const exchange = createExchange({ baseUrl, transport, onSurprise });
  return { transport, exchange: sessionAffinity ? inOneSession(exchange) : exchange };
}

function inOneSession(exchange: Exchange): Exchange {
  let flowId: string | undefined;
  return async (call: Call) => {
    const header = flowId === undefined ? call.header : { [flowHeader]: flowId, ...call.header };
    const answer = await exchange({ ...call, ...(header && { header }) });
    flowId = usable(answer.headers[flowHeader.toLowerCase()]) ?? flowId;
    return answer;
  };
}

/** Only what we may send: the contract's pattern for the header. */
function usable(value: string | undefined): string | undefined {
  return value !== undefined && /^[\w.#-]{1,255}$/.test(value) ? value : undefined;
}
