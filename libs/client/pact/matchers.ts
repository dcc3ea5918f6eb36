import { MatchersV3 } from '@pact-foundation/pact';
import type { PlainContract, Schema } from './plain-schema.ts';

const { boolean, eachLike, equal, integer, like, nullValue, number, regex } = MatchersV3;

/** A value that is to be met as it is, where the schema alone would allow others. */
export class Exactly {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

/**
 * The matcher of an example, derived from its schema: it takes what the schema takes, or less, never more.
 * Where a schema says more than a matcher can (an enum, a pattern with a length), the example itself is asked
 * for, unless the contract is taken tolerantly.
 */
export function matching(contract: PlainContract, schema: Schema, example: unknown): unknown {
  const branch = branchFor(contract, schema, example);
  if (example === null) return nullValue();
  if (example instanceof Exactly) return equal(example.value);
  if (Array.isArray(example)) return listMatcher(contract, branch.items ?? {}, example);
  if (typeof example === 'object') return membersOf(contract, branch, example);
  if (contract.tolerant && branch.enum !== undefined && typeof example === 'string')
    return regex(`^(?:${branch.enum.join('|')})$`, example);
  if (branch.enum !== undefined || branch.const !== undefined) return equal(example);
  if (typeof example === 'string') return textMatcher(branch, example);
  if (typeof example === 'boolean') return boolean(example);
  return typesOf(branch).includes('integer') ? integer(Number(example)) : number(Number(example));
}

function listMatcher(contract: PlainContract, items: Schema, example: readonly unknown[]): unknown {
  const matchers = example.map((item) => matching(contract, items, item));
  if (!contract.tolerant) return matchers;
  const [first] = matchers;
  return first === undefined ? like([]) : eachLike(first as Parameters<typeof eachLike>[0]);
}

function membersOf(contract: PlainContract, schema: Schema, example: object): Record<string, unknown> {
  const known = propertiesOf(contract, schema);
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => {
      const member = known[name];
      if (!member) throw new Error(`the contract has no field ${name} here`);
      return [name, matching(contract, member, value)];
    }),
  );
}

/** A condition beside the properties (`anyOf` of `required`) adds no field of its own. */
function propertiesOf(contract: PlainContract, schema: Schema): Readonly<Record<string, Schema>> {
  return contract.resolve(schema).properties ?? {};
}

/**
 * A text by its pattern, with its length where the pattern can carry it; any text where the schema says
 * nothing.
 */
export function textMatcher({ pattern, minLength = 0, maxLength }: Schema, example: string): unknown {
  const lengths = `{${minLength},${maxLength ?? ''}}`;
  const bounded = minLength > 0 || maxLength !== undefined;
  if (pattern === undefined) return bounded ? regex(`^[\\s\\S]${lengths}$`, example) : like(example);
  if (!bounded) return regex(pattern, example);
  const repeated = /^\^(\[[^\]]+\])[*+]\$$/.exec(pattern)?.[1];
  return repeated === undefined ? equal(example) : regex(`^${repeated}${lengths}$`, example);
}

function branchFor(contract: PlainContract, schema: Schema, example: unknown): Schema {
  const resolved = contract.resolve(schema);
  if (resolved.anyOf === undefined || resolved.properties !== undefined) return resolved;
  const branch = resolved.anyOf
    .map((one) => branchFor(contract, one, example))
    .find((one) => fits(contract, one, example));
  if (!branch) throw new Error('the example fits no branch of the schema');
  return branch;
}

/** Whether kinds and required fields agree, as deep as it takes to tell branches apart. */
function fits(contract: PlainContract, schema: Schema, example: unknown): boolean {
  const resolved = contract.resolve(schema);
  const types = typesOf(resolved);
  if (types.length > 0 && !types.includes(kindOf(example))) return false;
  if (Array.isArray(example)) return example.every((item) => fits(contract, resolved.items ?? {}, item));
  if (kindOf(example) !== 'object') return true;
  const members = Object.entries(example as object);
  const complete = (resolved.required ?? []).every((name) => members.some(([given]) => given === name));
  return (
    complete &&
    members.every(
      ([name, value]) =>
        resolved.properties?.[name] === undefined || fits(contract, resolved.properties[name], value),
    )
  );
}

const typesOf = ({ type = [] }: Schema): readonly string[] => (typeof type === 'string' ? [type] : type);

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Exactly) return 'string';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}
