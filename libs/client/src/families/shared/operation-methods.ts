import type { Operation } from '@enrollkit/contract';
import type { CallInput, CallOptions, Core } from './core.ts';
import type { Answer, OperationMethods } from './operation-types.ts';

/** Makes one method for each operation of the table; the types say what each takes and gives. */
export function operationMethods<Operations extends object, Filled extends string>(
  operations: Readonly<Record<string, Operation>>,
  core: Core,
): OperationMethods<Operations, Filled> {
  const methods = Object.entries(operations).map(([id, operation]) => [
    id,
    (input: CallInput, options?: CallOptions): Promise<Answer<unknown>> => core(operation, input, options),
  ]);
  return Object.fromEntries(methods);
}
