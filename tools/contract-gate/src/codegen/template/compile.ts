import { compositionChecks } from './composed.ts';
import { evaluatedItems, evaluatedProperties } from './evaluated.ts';
import { type Quick, quickCheck } from './quick.ts';
import { type Check, expressionOf, fail, isRecord, type Run, silently } from './run.ts';
import { scalarChecks } from './scalars.ts';
import type { Compile, Making, Schema, SchemaObject, SchemaTable } from './schema.ts';

/**
 * Values, and references without a value between them, that are nested deeper are refused: no value overflows
 * the stack.
 */
const depthLimit = 800;

/** Makes the checks of a table, each when it is first needed. */
export function compiler(table: SchemaTable): Compile {
  const made = new Map<Schema, Check>();
  const compile: Compile = (schema) => {
    if (schema === true) return () => true;
    if (schema === false) return (_, run) => fail(run, 'false schema', 'boolean schema is false');
    const known = made.get(schema);
    if (known !== undefined) return known;
    const flat = Object.keys(schema).every((keyword) => flatKeywords.has(keyword));
    if (flat) {
      const scalar = all(scalarChecks(schema));
      made.set(schema, scalar);
      return scalar;
    }
    let check: Check | undefined;
    let quick: Quick | undefined;
    // A schema may contain itself: its check is made when it is first run.
    const lazy: Check = (value, run) => {
      if (run.depth >= depthLimit) return fail(run, 'depth', 'is nested too deeply to be judged');
      quick ??= quickCheck(schema, table) ?? (() => false);
      if (quick(value)) return true;
      run.depth += 1;
      const verdict = (check ??= checkOf(schema, { table, compile }))(value, run);
      run.depth -= 1;
      return verdict;
    };
    made.set(schema, lazy);
    return lazy;
  };
  return compile;
}

/** Keywords of a schema that looks neither into its value nor at other schemas. */
const flatKeywords = new Set([
  'type',
  'enum',
  'open',
  'const',
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
]);

function checkOf(schema: SchemaObject, making: Making): Check {
  const checks = [
    ...referenceCheck(schema, making),
    ...scalarChecks(schema),
    ...arrayChecks(schema, making.compile),
    ...objectChecks(schema, making),
    ...compositionChecks(schema, making.compile),
    ...unevaluatedChecks(schema, making),
  ];
  return all(checks);
}

function all(checks: readonly Check[]): Check {
  const [only] = checks;
  if (checks.length === 1 && only !== undefined) return only;
  return (value, run) => {
    let valid = true;
    for (const check of checks) {
      if (check(value, run)) continue;
      if (run.muted > 0) return false;
      valid = false;
    }
    return valid;
  };
}

function referenceCheck({ $ref }: SchemaObject, { table, compile }: Making): Check[] {
  if ($ref === undefined) return [];
  const target = table[$ref];
  if (target === undefined) throw new Error(`the table has no schema ${$ref}`);
  return [compile(target)];
}

/** Goes to a part of the value; `leave` comes back. */
function enter(run: Run, key: string | number): Run {
  run.path.push(key);
  return run;
}

/** Comes back from a part of the value with its verdict. */
function leave(run: Run, verdict: boolean): boolean {
  run.path.pop();
  return verdict;
}

function arrayChecks(schema: SchemaObject, compile: Compile): Check[] {
  const { prefixItems = [], items, contains, minContains = 1, maxContains = Infinity } = schema;
  const checks: Check[] = [];
  if (prefixItems.length > 0 || items !== undefined) {
    const first = prefixItems.map(compile);
    const rest = items === undefined ? undefined : compile(items);
    checks.push((value, run) => {
      if (!Array.isArray(value)) return true;
      let valid = true;
      for (let index = 0; index < value.length && (valid || run.muted === 0); index += 1) {
        if (items === false && index >= first.length)
          return fail(run, 'items', `must NOT have more than ${first.length} items`);
        const check = first[index] ?? rest;
        if (check === undefined) break;
        if (!leave(run, check(value[index], enter(run, index)))) valid = false;
      }
      return valid;
    });
  }
  if (contains !== undefined) {
    const check = compile(contains);
    checks.push((value, run) => {
      if (!Array.isArray(value)) return true;
      const count = value.filter((item) => silently(check, item, run)).length;
      return (
        (count >= minContains && count <= maxContains) ||
        fail(run, 'contains', `must contain at least ${minContains} valid item(s)`)
      );
    });
  }
  return checks;
}

function objectChecks(schema: SchemaObject, making: Making): Check[] {
  return [
    ...requiredChecks(schema),
    ...memberChecks(schema, making),
    ...dependentChecks(schema, making.compile),
  ];
}

/** Whether whatever the object says it has is its own, save the few names that every object has. */
function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * Whether an object has a member of its own; asking a plain one for its value costs a third of asking what it
 * has.
 */
function has(value: Readonly<Record<string, unknown>>, name: string, plain: boolean): boolean {
  return (plain && value[name] !== undefined && !inherited.has(name)) || Object.hasOwn(value, name);
}

const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));

/** One of the members that a schema names. */
interface Member {
  readonly name: string;
  readonly check: Check;
  readonly fits: Quick | undefined;
}

function membersOf(properties: SchemaTable, { table, compile }: Making): readonly Member[] {
  return Object.entries(properties).map(([name, one]) => ({
    name,
    check: compile(one),
    fits: quickCheck(one, table),
  }));
}

const missing: Check = (_, run) => fail(run, 'required', 'is required');

function requiredChecks({ required = [], readOnly = [], writeOnly = [] }: SchemaObject): Check[] {
  if (required.length === 0) return [];
  const names = {
    request: required.filter((name) => !readOnly.includes(name)),
    answer: required.filter((name) => !writeOnly.includes(name)),
  };
  return [
    (value, run) => {
      if (!isRecord(value)) return true;
      let valid = true;
      const plain = isPlain(value);
      for (const name of names[run.direction])
        if (!has(value, name, plain)) valid = leave(run, missing(undefined, enter(run, name)));
      return valid;
    },
  ];
}

function memberChecks(schema: SchemaObject, making: Making): Check[] {
  const { compile } = making;
  const { properties = {}, patternProperties = {}, additionalProperties, propertyNames } = schema;
  const members = membersOf(properties, making);
  const patterns = Object.entries(patternProperties).map(
    ([pattern, one]) => [expressionOf(pattern), compile(one)] as const,
  );
  const names = propertyNames === undefined ? undefined : compile(propertyNames);
  const rest = additionalProperties === undefined ? undefined : compile(additionalProperties);
  const checks: Check[] = [];
  if (members.length > 0)
    checks.push((value, run) => {
      if (!isRecord(value)) return true;
      let valid = true;
      const plain = isPlain(value);
      for (const { name, check, fits } of members) {
        if (!has(value, name, plain)) continue;
        const member = value[name];
        if (fits?.(member) === true) continue;
        if (!leave(run, check(member, enter(run, name)))) valid = false;
      }
      return valid;
    });
  if (patterns.length === 0 && names === undefined && (rest === undefined || additionalProperties === true))
    return checks;
  checks.push((value, run) => {
    if (!isRecord(value)) return true;
    let valid = true;
    for (const [key, member] of Object.entries(value)) {
      if (names !== undefined && !silently(names, key, run))
        valid = fail(run, 'propertyNames', 'property name must be valid');
      const matching = patterns.filter(([pattern]) => pattern.test(key));
      for (const [, check] of matching) if (!leave(run, check(member, enter(run, key)))) valid = false;
      if (rest === undefined || Object.hasOwn(properties, key) || matching.length > 0) continue;
      if (additionalProperties === false)
        valid = fail(run, 'additionalProperties', 'must NOT have additional properties');
      else if (!leave(run, rest(member, enter(run, key)))) valid = false;
    }
    return valid;
  });
  return checks;
}

function dependentChecks(
  { dependentRequired = {}, dependentSchemas = {} }: SchemaObject,
  compile: Compile,
): Check[] {
  const schemas = Object.entries(dependentSchemas).map(
    ([name, one]): Check =>
      (
        (check) => (value, run) =>
          !isRecord(value) || !Object.hasOwn(value, name) || check(value, run)
      )(compile(one)),
  );
  const names = Object.entries(dependentRequired).map(
    ([name, wanted]): Check =>
      (value, run) =>
        !isRecord(value) ||
        !Object.hasOwn(value, name) ||
        wanted.every((other) => Object.hasOwn(value, other)) ||
        fail(run, 'dependentRequired', `must have ${wanted.join(', ')} when ${name} is there`),
  );
  return [...schemas, ...names];
}

function unevaluatedChecks(schema: SchemaObject, making: Making): Check[] {
  const { unevaluatedProperties, unevaluatedItems } = schema;
  const checks: Check[] = [];
  if (unevaluatedProperties !== undefined) {
    const check = making.compile(unevaluatedProperties);
    checks.push((value, run) => {
      if (!isRecord(value)) return true;
      const known = evaluatedProperties(schema, value, { ...making, run });
      return Object.keys(value)
        .filter((key) => !known.has(key))
        .every(
          (key) =>
            silently(check, value[key], run) ||
            fail(run, 'unevaluatedProperties', 'must NOT have unevaluated properties'),
        );
    });
  }
  if (unevaluatedItems !== undefined) {
    const check = making.compile(unevaluatedItems);
    checks.push((value, run) => {
      if (!Array.isArray(value)) return true;
      const known = evaluatedItems(schema, value, { ...making, run });
      return value.every(
        (item, index) =>
          known.has(index) ||
          silently(check, item, run) ||
          fail(run, 'unevaluatedItems', 'must NOT have unevaluated items'),
      );
    });
  }
  return checks;
}
