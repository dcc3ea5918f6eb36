import { defined } from '@enrollkit/base';
import type { paths } from '@enrollkit/contract/click-to-pay-enrollment';
import type { SubjectFields } from '../retry.ts';
import { baseUrlOf } from './base-url.ts';
import type { ConnectionConfig } from './connection-config.ts';
import { createExchange, type Call, type Exchange } from './exchange.ts';
import { createTransport, type Transport } from './transport.ts';
import { userAgentOf } from './user-agent.ts';

/** An open connection to one API: the transport, and the exchange over it. */
export interface Connection {
  readonly exchange: Exchange;
  readonly transport: Transport;
}

/** The header of the answer and of the next call are the same one; both API families have it. */
const flowHeader: keyof NonNullable<paths['/cards/batch']['post']['parameters']['header']> =
  'X-Src-Cx-Flow-Id';

/**
 * Opens a connection pool and the exchange over it. `subjects` are the fields by which the API family's
 * errors name what they are about. Throws `ConfigError`.
 */
export function connect(config: ConnectionConfig, subjects: SubjectFields): Connection {
  const { authenticator, sessionAffinity = false, appInfo } = config;
  const baseUrl = baseUrlOf(config.baseUrl);
  const transport = createTransport(authenticator, config.transport);
  const userAgent = userAgentOf(appInfo);
  const exchange = createExchange({ baseUrl, transport, subjects, userAgent, hooks: config });
  return { transport, exchange: sessionAffinity ? inOneSession(exchange) : exchange };
}

function inOneSession(exchange: Exchange): Exchange {
  let flowId: string | undefined;
  return async (call: Call) => {
    const header = flowId === undefined ? call.header : { [flowHeader]: flowId, ...call.header };
    const answer = await exchange(defined<Call>({ ...call, header }));
    flowId = usable(answer.headers[flowHeader.toLowerCase()]) ?? flowId;
    return answer;
  };
}

/** Only what we may send: the contract's pattern for the header. */
function usable(value: string | undefined): string | undefined {
  return value !== undefined && /^[\w.#-]{1,255}$/.test(value) ? value : undefined;
}
