import type { Operation } from '@enrollkit/contract';
import type { EncryptionKey } from '@enrollkit/encryption';
import type { Exchange } from '../../transport/exchange.ts';
import type { Answer, CallOptions, OperationMethods } from './operation-types.ts';
import { sealedBytes } from './request-body.ts';

/** Values filled in unless the caller gives them: into paths and queries that have such a parameter, and into every body. */
export interface Defaults {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
}

/** What a client of one contract is made of. */
export interface OperationClientParts {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly exchange: Exchange;
  readonly encryptionKey: () => Promise<EncryptionKey>;
  readonly defaults: Defaults;
}

interface AnyInput {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly body?: object;
}

/** Makes one method for each operation of the table. Each call is one attempt; the types say what each takes and gives. */
export function operationMethods<Operations extends object, Filled extends string>(
  parts: OperationClientParts,
): OperationMethods<Operations, Filled> {
  const methods = Object.entries(parts.operations).map(([id, operation]) => [id, methodOf(operation, parts)]);
  return Object.fromEntries(methods);
}

function methodOf(operation: Operation, { exchange, encryptionKey, defaults }: OperationClientParts) {
  return async (input: AnyInput, options: CallOptions = {}): Promise<Answer<unknown>> => {
    const path = { ...defaults.path, ...input.path };
    const query = { ...defaults.query, ...input.query };
    const sealed = operation.request && {
      bytes: await sealedBytes(operation, { ...defaults.body, ...input.body }, encryptionKey),
    };
    const { headers: _, ...answer } = await exchange({
      operation,
      path,
      query,
      ...(input.header && { header: input.header }),
      ...sealed,
      ...options,
    });
    return answer;
  };
}
