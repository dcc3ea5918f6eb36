import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { nil } from 'ajv/dist/compile/codegen/code.js';
import { type UsedScopeValues, UsedValueState, type ValueScopeName } from 'ajv/dist/compile/codegen/scope.js';

type Source = NonNullable<ValidateFunction['source']>;

/**
 * Compiled checks as the text of one ES module. Does what ajv's own `standalone` does, piece by piece: that one copies
 * all it has so far for each export, takes minutes for a thousand operations, and then overflows the stack.
 */
export function standaloneModule(
  ajv: Ajv2020,
  checks: readonly (readonly [name: string, check: ValidateFunction])[],
): string {
  const used: UsedScopeValues = {};
  const pieces: string[] = [];

  const write = (source: Source): void => {
    const values = ajv.scope.scopeCode(source.scopeValues, used, (name) => {
      writeNamed(name);
      return nil;
    });
    const evaluated =
      source.evaluated === undefined ? '' : `${source.validateName}.evaluated = ${source.evaluated};\n`;
    pieces.push(`${values}`, source.validateCode, evaluated);
  };

  /** A function that another one calls, or a schema that refers to itself while it is compiled. */
  const writeNamed = (name: ValueScopeName): void => {
    const ref: unknown = name.value?.ref;
    if (isFunction(ref)) return once(sourceOf(ref), write);
    if (!isWrapper(ref)) throw new Error(`ajv uses ${name}, of which no source is known`);
    pieces.push(`const ${name} = {validate: ${sourceOf(ref.validate).validateName}};\n`);
    return once(sourceOf(ref.validate), write);
  };

  const once = (source: Source, action: (source: Source) => void): void => {
    if (written.has(source.validateName)) return;
    written.add(source.validateName);
    (used[source.validateName.prefix] ??= new Map()).set(source.validateName, UsedValueState.Completed);
    action(source);
  };
  const written = new Set<ValueScopeName>();

  for (const [name, check] of checks) {
    const source = sourceOf(check);
    once(source, write);
    pieces.push(`export const ${name} = ${source.validateName};\n`);
  }
  return pieces.filter((piece) => piece !== '').join('\n');
}

function sourceOf(check: ValidateFunction): Source {
  if (check.source === undefined) throw new Error('ajv was not told to keep the source of its functions');
  return check.source;
}

function isFunction(value: unknown): value is ValidateFunction {
  return typeof value === 'function';
}

function isWrapper(value: unknown): value is { readonly validate: ValidateFunction } {
  return typeof value === 'object' && value !== null && 'validate' in value && isFunction(value.validate);
}
