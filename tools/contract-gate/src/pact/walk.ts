import { extensions } from '../spec/extensions.ts';
import {
  asArray,
  asObject,
  escapeSegment,
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from '../spec/json.ts';
import { expressionOf } from '../codegen/template/run.ts';
import { follow, type SchemaPlace } from '../spec/operations.ts';

/** A part of a value, and what a contract says of it. */
export interface Visit {
  readonly value: Json;
  /** Where it stands in the value, as a JSON Pointer. */
  readonly at: string;
  /** The schemas that were written for it, references not followed. None: nothing is said of it. */
  readonly declared: readonly Declared[];
  /**
   * Those, and all they are made of: what is behind references, the parts of `allOf`, the branches that fit.
   */
  readonly schemas: readonly Declared[];
  /** True for a member that an object with described members does not describe. */
  readonly unknown: boolean;
}

/** A schema that speaks about a value. */
export interface Declared extends SchemaPlace {
  /** True for one of several branches that fit: a value that suits another of them is right, too. */
  readonly alternative?: boolean;
}

/**
 * Walks a value and its schema together. A value that stands where the contract has a JWE is what is inside:
 * it is walked along the schema of the plaintext.
 */
export function* walk(document: JsonObject, schema: SchemaPlace, value: Json): Generator<Visit> {
  yield* visit(document, { value, at: '', declared: [schema], unknown: false });
}

function* visit(document: JsonObject, here: Omit<Visit, 'schemas'>): Generator<Visit> {
  const schemas = here.declared.flatMap((place) =>
    expanded({ document, value: here.value, seen: new Set() }, place),
  );
  yield { ...here, schemas };
  if (isArray(here.value)) {
    for (const [index, item] of here.value.entries()) {
      const declared = schemas.flatMap((place) => children(place, [['prefixItems', String(index)]], 'items'));
      yield* visit(document, { value: item, at: `${here.at}/${index}`, declared, unknown: false });
    }
  } else if (isObject(here.value)) {
    for (const [name, member] of Object.entries(here.value)) {
      const declared = schemas.flatMap((place) => memberSchemas(place, name));
      const described = schemas.some(({ schema }) => asObject(schema).properties !== undefined);
      const open = schemas.some(({ schema }) => asObject(schema).additionalProperties === true);
      yield* visit(document, {
        value: member,
        at: `${here.at}/${escapeSegment(name)}`,
        declared,
        unknown: declared.length === 0 && described && !open,
      });
    }
  }
}

function memberSchemas(place: Declared, name: string): Declared[] {
  const patterns = Object.keys(asObject(asObject(place.schema).patternProperties)).filter((pattern) =>
    expressionOf(pattern).test(name),
  );
  return children(
    place,
    [['properties', name], ...patterns.map((pattern) => ['patternProperties', pattern] as const)],
    'additionalProperties',
  );
}

/** The schemas at these keys; where there is none, the one that stands for the rest. */
function children(
  { schema, pointer, alternative = false }: Declared,
  keys: readonly (readonly [keyword: string, key: string])[],
  rest: string,
): Declared[] {
  const object = asObject(schema);
  const own = keys.flatMap(([keyword, key]) => {
    const map = object[keyword];
    const child = isArray(map)
      ? map[Number(key)]
      : isObject(map) && Object.hasOwn(map, key)
        ? map[key]
        : undefined;
    return child === undefined
      ? []
      : [{ schema: child, pointer: `${pointer}/${keyword}/${escapeSegment(key)}`, alternative }];
  });
  const other = object[rest];
  return own.length > 0 || !isObject(other)
    ? own
    : [{ schema: other, pointer: `${pointer}/${rest}`, alternative }];
}

/** A value that schemas speak about, and the places that were passed on the way. */
interface About {
  readonly document: JsonObject;
  readonly value: Json;
  readonly seen: ReadonlySet<string>;
}

/** The schema itself and everything it is made of, as far as it speaks about this value. */
function expanded(about: About, place: Declared): Declared[] {
  const { document, value, seen } = about;
  if (seen.has(place.pointer)) return [];
  const object = asObject(place.schema);
  const target = follow(document, place.schema, place.pointer);
  const alternative = place.alternative ?? false;
  const parts: Declared[] =
    target.pointer === place.pointer
      ? []
      : [{ schema: target.value ?? true, pointer: target.pointer, alternative }];
  for (const [index, part] of asArray(object.allOf).entries())
    parts.push({ schema: part, pointer: `${place.pointer}/allOf/${index}`, alternative });
  for (const keyword of ['anyOf', 'oneOf']) {
    const branches = asArray(object[keyword]).map((branch, index) => ({
      schema: branch,
      pointer: `${place.pointer}/${keyword}/${index}`,
    }));
    const fitting = branches.filter((branch) => fits({ ...about, seen: new Set() }, branch));
    const taken = fitting.length > 0 ? fitting : branches;
    parts.push(...taken.map((branch) => ({ ...branch, alternative: alternative || taken.length > 1 })));
  }
  const inside = object[extensions.encrypted];
  if (inside !== undefined && typeof value !== 'string')
    parts.push({ schema: inside, pointer: `${place.pointer}/${extensions.encrypted}`, alternative });
  return [
    place,
    ...parts.flatMap((part) => expanded({ ...about, seen: new Set(seen).add(place.pointer) }, part)),
  ];
}

/** Whether kind and required members agree, as deep as the value goes. */
function fits(about: About, place: SchemaPlace): boolean {
  const { document, value, seen } = about;
  const target = follow(document, place.schema, place.pointer);
  const schema = asObject(target.value);
  const types = isArray(schema.type) ? schema.type : schema.type === undefined ? [] : [schema.type];
  if (
    types.length > 0 &&
    !types.some((type) => type === kindOf(value) || (type === 'number' && kindOf(value) === 'integer'))
  )
    return false;
  if (schema.const !== undefined && schema.const !== value) return false;
  if (isArray(schema.enum) && !isObject(value) && !isArray(value) && !schema.enum.includes(value))
    return false;
  if (!isObject(value) || seen.size > 8) return true;
  if (!asArray(schema.required).every((name) => Object.hasOwn(value, String(name)))) return false;
  return Object.entries(asObject(schema.properties)).every(([name, child]) => {
    const member = value[name];
    return (
      member === undefined ||
      fits(
        { document, value: member, seen: new Set(seen).add(`${target.pointer}/properties/${name}`) },
        { schema: child, pointer: `${target.pointer}/properties/${name}` },
      )
    );
  });
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}
