import type { paths } from '@enrollkit/contract/click-to-pay-enrollment';
import type { ConnectionConfig } from './connection-config.ts';
import { createExchange, type Call, type Exchange } from './exchange.ts';
import { createTransport, type Transport } from './transport.ts';

/** The generated type of each operation of a table, by `operationId`. */
export type OperationsOf<Table, Paths> = {
  readonly [Id in keyof Table]: Table[Id] extends {
    readonly path: infer Path extends keyof Paths;
    readonly method: infer Method extends string;
  }
    ? Paths[Path][Lowercase<Method> & keyof Paths[Path]]
    : never;
};

/** An open connection to one API: the transport, and the exchange over it. */
export interface Connection {
  readonly exchange: Exchange;
  readonly transport: Transport;
}

/** The header of the answer and of the next call are the same one; both API families have it. */
const flowHeader: keyof NonNullable<paths['/cards/batch']['post']['parameters']['header']> =
  'X-Src-Cx-Flow-Id';

/** Opens a connection pool and the exchange over it. Throws `BaseUrlError`. */
export function connect(config: ConnectionConfig): Connection {
  const { baseUrl, onUnknownValue, authenticator, sessionAffinity = false } = config;
  const transport = createTransport(authenticator, config.transport);
  const exchange = createExchange({ baseUrl, transport, onUnknownValue });
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
