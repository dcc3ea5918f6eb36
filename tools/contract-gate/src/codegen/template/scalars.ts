import { formats } from './formats.ts';
import { type Check, expressionOf, fail, isRecord, problemLimit, type Run } from './run.ts';
import type { SchemaObject } from './schema.ts';

/** The checks of keywords that look at a value without looking into it. */
export function scalarChecks(schema: SchemaObject): Check[] {
  return [...kindChecks(schema), ...numberChecks(schema), ...textChecks(schema), ...sizeChecks(schema)];
}

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  integer: (value) => Number.isInteger(value),
  array: (value) => Array.isArray(value),
  object: isRecord,
};

function kindChecks(schema: SchemaObject): Check[] {
  const checks: Check[] = [];
  if (schema.type !== undefined) {
    const names = typeof schema.type === 'string' ? [schema.type] : schema.type;
    const tests = names.flatMap((name) => kinds[name] ?? []);
    const message = `must be ${names.join(',')}`;
    const [only] = tests;
    const test =
      tests.length === 1 && only !== undefined ? only : (value: unknown) => tests.some((one) => one(value));
    checks.push((value, run) => test(value) || fail(run, 'type', message));
  }
  if (schema.enum !== undefined) checks.push(enumCheck(schema.enum));
  if (schema.open !== undefined) checks.push(openCheck(schema.open));
  if ('const' in schema) {
    const wanted = canonical(schema.const);
    checks.push(
      (value, run) => canonical(value) === wanted || fail(run, 'const', 'must be equal to constant'),
    );
  }
  return checks;
}

function enumCheck(listed: readonly unknown[]): Check {
  const known = new Set(listed.map(canonical));
  const message =
    listed.length === 0
      ? 'is never allowed'
      : `must be one of ${listed.map((one) => JSON.stringify(one)).join(', ')}`;
  const texts = new Set(listed.filter((one) => typeof one === 'string'));
  return (value, run) =>
    (typeof value === 'string' ? texts.has(value) : known.has(canonical(value))) ||
    fail(run, 'enum', message);
}

/** In an answer, a value that is not listed is worth a notice. */
function openCheck(listed: readonly unknown[]): Check {
  const closed = enumCheck(listed);
  return (value, run) => {
    if (run.direction === 'request') return closed(value, run);
    const known = run.problems.length;
    if (typeof value !== 'string' || closed(value, run)) return true;
    const [notice] = run.problems.splice(known);
    if (notice !== undefined && run.notices.length < problemLimit)
      run.notices.push({
        pointer: notice.pointer,
        keyword: 'x-extensible-enum',
        message: 'holds a value the contract does not list',
      });
    return true;
  };
}

/** A limit on something that is counted or measured. */
interface Limit {
  readonly keyword: string;
  readonly meets: (limit: number, found: number) => boolean;
  readonly message: (limit: number) => string;
}

const atLeast = (limit: number, found: number): boolean => found >= limit;
const atMost = (limit: number, found: number): boolean => found <= limit;
const noFewer = (what: string) => (limit: number) => `must NOT have fewer than ${limit} ${what}`;
const noMore = (what: string) => (limit: number) => `must NOT have more than ${limit} ${what}`;

const numberLimits: readonly Limit[] = [
  { keyword: 'minimum', meets: atLeast, message: (limit) => `must be >= ${limit}` },
  { keyword: 'maximum', meets: atMost, message: (limit) => `must be <= ${limit}` },
  {
    keyword: 'exclusiveMinimum',
    meets: (limit, found) => found > limit,
    message: (limit) => `must be > ${limit}`,
  },
  {
    keyword: 'exclusiveMaximum',
    meets: (limit, found) => found < limit,
    message: (limit) => `must be < ${limit}`,
  },
  { keyword: 'multipleOf', meets: isMultiple, message: (limit) => `must be multiple of ${limit}` },
];

/**
 * The limits of a schema as checks of whatever `measure` finds; it gives nothing for what they do not speak
 * about.
 */
function limitChecks(
  schema: SchemaObject,
  limits: readonly Limit[],
  measure: (value: unknown) => number | undefined,
): Check[] {
  const given = new Map<string, unknown>(Object.entries(schema));
  return limits.flatMap(({ keyword, meets, message }): Check[] => {
    const limit = given.get(keyword);
    if (typeof limit !== 'number') return [];
    const said = message(limit);
    return [
      (value, run) => {
        const found = measure(value);
        return found === undefined || meets(limit, found) || fail(run, keyword, said);
      },
    ];
  });
}

function numberChecks(schema: SchemaObject): Check[] {
  return limitChecks(schema, numberLimits, (value) => (typeof value === 'number' ? value : undefined));
}

/** Decimal fractions have no exact form: a remainder of the size of the rounding error is none. */
function isMultiple(factor: number, value: number): boolean {
  const quotient = value / factor;
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * 4 * Number.EPSILON;
}

function textChecks(schema: SchemaObject): Check[] {
  const limits: readonly Limit[] = [
    { keyword: 'minLength', meets: atLeast, message: noFewer('characters') },
    { keyword: 'maxLength', meets: atMost, message: noMore('characters') },
  ];
  const checks = limitChecks(schema, limits, (value) =>
    typeof value === 'string' ? characters(value) : undefined,
  );
  if (schema.pattern !== undefined)
    checks.push(textCheck(expressionOf(schema.pattern), 'pattern', `must match pattern "${schema.pattern}"`));
  const format = schema.format === undefined ? undefined : formats[schema.format];
  if (format !== undefined) checks.push(textCheck(format, 'format', `must match format "${schema.format}"`));
  return checks;
}

function textCheck(expression: RegExp, keyword: string, message: string): Check {
  return (value, run) => typeof value !== 'string' || expression.test(value) || fail(run, keyword, message);
}

function sizeChecks(schema: SchemaObject): Check[] {
  const items: readonly Limit[] = [
    { keyword: 'minItems', meets: atLeast, message: noFewer('items') },
    { keyword: 'maxItems', meets: atMost, message: noMore('items') },
  ];
  const members: readonly Limit[] = [
    { keyword: 'minProperties', meets: atLeast, message: noFewer('properties') },
    { keyword: 'maxProperties', meets: atMost, message: noMore('properties') },
  ];
  return [
    ...limitChecks(schema, items, (value) => (Array.isArray(value) ? value.length : undefined)),
    ...limitChecks(schema, members, (value) => (isRecord(value) ? Object.keys(value).length : undefined)),
    ...(schema.uniqueItems === true ? [uniqueCheck] : []),
  ];
}

function uniqueCheck(value: unknown, run: Run): boolean {
  if (!Array.isArray(value) || new Set(value.map(canonical)).size === value.length) return true;
  return fail(run, 'uniqueItems', 'must NOT have duplicate items');
}

/** Length in characters (code points), as JSON Schema counts it. */
function characters(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(index + 1);
      if (next >= 0xdc00 && next < 0xe000) [count, index] = [count - 1, index + 1];
    }
  }
  return count;
}

/** A text that two JSON values have in common when they are equal, and only then. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
}
