import type { Finding } from '../report/index.ts';
import { asString } from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import { type OperationPlace, operationsOf } from '../spec/operations.ts';
import { findingIn, type Rule } from './rule.ts';

/** Every operation has a name that can be a name in code, and no two have the same. */
export const operationIdRule: Rule = function* (spec) {
  const seen = new Map<string, string>();
  for (const { object, pointer, method, path } of operationsOf(spec.document)) {
    const id = asString(object.operationId);
    const shown = `${method.toUpperCase()} ${path}`;
    if (id === undefined) {
      yield findingIn(spec, {
        id: 'operation-id/missing',
        pointer,
        message: `${shown} has no operationId`,
        hint: 'Generated types, validators and pacts go by it.',
      });
      continue;
    }
    const at = `${pointer}/operationId`;
    if (!/^[A-Za-z_$][\w$]*$/.test(id))
      yield findingIn(spec, {
        id: 'operation-id/not-a-name',
        pointer: at,
        message: `the operationId of ${shown} cannot be a name in code`,
        hint: 'Use letters, digits and _, a letter first.',
      });
    const other = seen.get(id);
    if (other !== undefined)
      yield findingIn(spec, {
        id: 'operation-id/not-unique',
        pointer: at,
        message: `${shown} and ${other} have the same operationId ${id}`,
      });
    seen.set(id, shown);
  }
};

/** An operation that was there before keeps its name. */
export function* changedOperationIds(base: Spec, spec: Spec): Generator<Finding> {
  const key = ({ method, path }: OperationPlace): string =>
    `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
  const before = new Map(
    operationsOf(base.document).map((operation) => [key(operation), asString(operation.object.operationId)]),
  );
  for (const operation of operationsOf(spec.document)) {
    const old = before.get(key(operation));
    const now = asString(operation.object.operationId);
    if (old === undefined || old === now) continue;
    yield findingIn(spec, {
      id: 'operation-id/changed',
      pointer: `${operation.pointer}/operationId`,
      message: `the operationId of ${operation.method.toUpperCase()} ${operation.path} was ${old}, is ${now ?? 'gone'}`,
      hint: 'A new name breaks everyone who uses the generated code. Keep the old one, or release a major version.',
    });
  }
}
