import type { Operation } from '@enrollkit/contract';
import type { EncryptionKey } from '@enrollkit/encryption';
import type { Exchange } from './exchange.ts';
import type { Answer, CallOptions, OperationMethods } from './operation-types.ts';
import { sealedBytes } from './request-body.ts';

/** What a client of one contract is made of. */
export interface OperationClientParts {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly exchange: Exchange;
  readonly encryptionKey: () => Promise<EncryptionKey>;
  /** Values filled into every query that has such a parameter, and into every body, unless the caller gives them. */
  readonly defaults: Readonly<Record<string, string>>;
}

interface AnyInput {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly body?: object;
}

/** Makes one method for each operation of the table. Each call is one attempt; the types say what each takes and gives. */
export function operationMethods<Operations extends object, Defaults extends string>(parts: OperationClientParts): OperationMethods<Operations, Defaults> {
  const methods = Object.entries(parts.operations).map(([id, operation]) => [id, methodOf(operation, parts)]);
  return Object.fromEntries(methods);
}

function methodOf(operation: Operation, { exchange, encryptionKey, defaults }: OperationClientParts) {
  return async ({ body, query, ...input }: AnyInput, options: CallOptions = {}): Promise<Answer<unknown>> => {
    const sealed = operation.request && { bytes: await sealedBytes(operation, { ...defaults, ...body }, encryptionKey) };
    const { headers: _, ...answer } = await exchange({ ...input, operation, query: { ...defaults, ...query }, ...sealed, ...options });
    return answer;
  };
}
