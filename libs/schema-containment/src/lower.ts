import {
  asArray,
  asObject,
  asString,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  escapeSegment,
} from './json.ts';
import { copyAssertions, typesOf } from './dialect.ts';
import { type Keywords, type Mode, nextId, type SchemaNode, type Side } from './node.ts';
import { admitNull } from './nullable.ts';
import { Resolver } from './resolver.ts';
import { UnsentNames } from './unsent.ts';

/** Nothing in these is asserted, so a reference with only these beside it is just the reference. */
const silent = new Set([
  '$ref',
  '$dynamicRef',
  'description',
  'summary',
  'title',
  'example',
  'examples',
  'externalDocs',
  'deprecated',
  '$comment',
]);
/** The only extensions that say something about values. */
const telling = new Set(['x-encrypted', 'x-travels-as', 'x-extensible-enum']);

function isSilent(key: string): boolean {
  return silent.has(key) || (key.startsWith('x-') && !telling.has(key));
}

const single = [
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'not',
  'if',
  'then',
  'else',
  'contentSchema',
] as const;
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
const named = ['patternProperties', 'dependentSchemas'] as const;

/**
 * Turns the schemas of one document into nodes: follows references, translates OpenAPI 3.0's dialect, and
 * takes the view of one direction: what is `readOnly` is not sent in a request, what is `writeOnly` not in a
 * response.
 */
export class SchemaWorld {
  readonly side: Side;
  readonly #resolver: Resolver;
  readonly #siblingsIgnored: boolean;
  readonly #unsent: UnsentNames;
  readonly #nodes = new Map<string, Map<Json, SchemaNode>>();

  /**
   * `document`: an OpenAPI document, or a schema by itself; `openapi`: its version when it does not say it.
   */
  constructor(document: Json, side: Side, openapi?: string) {
    this.side = side;
    this.#resolver = new Resolver(document);
    const { openapi: version = openapi ?? '', $schema = '' } = asObject(document);
    this.#siblingsIgnored =
      /^3(\.0|$)/.test(String(version)) || /json-schema\.org\/draft-0[3-7]\b/.test(String($schema));
    this.#unsent = new UnsentNames(this.#resolver, this.#siblingsIgnored);
  }

  /** The node of the schema written at `pointer`. No schema at all means that anything is valid. */
  node(raw: Json | undefined, pointer: string, mode: Mode): SchemaNode {
    return this.#lower({ raw: raw ?? true, pointer, unsent: new Set() }, mode);
  }

  #lower(written: Written, mode: Mode): SchemaNode {
    const { raw, pointer, sibling, unknown } = this.#arrive(written.raw, written.pointer);
    const byRaw = this.#memo(mode);
    const known = isObject(raw) ? byRaw.get(raw) : undefined;
    if (known !== undefined) return known;
    let filled: Keywords | undefined;
    const fill = (): Keywords => {
      const keywords: Keywords = {};
      if (raw === false) keywords.never = true;
      if (!isObject(raw)) return keywords;
      const unsent = new Set([...written.unsent, ...this.#unsent.of(raw, mode)]);
      this.#fill(keywords, { raw, pointer, mode, unsent });
      if (unknown !== undefined) keywords.unknown = unknown;
      if (sibling !== undefined)
        keywords.allOf = [...(keywords.allOf ?? []), this.#lower({ ...sibling, unsent: new Set() }, mode)];
      return keywords;
    };
    const node: SchemaNode = {
      id: nextId(),
      // Filled when they are first asked for: chains of references may be long.
      get keywords() {
        filled ??= fill();
        return filled;
      },
      text: mode.text,
      side: this.side,
      pointer,
      raw: isObject(raw) ? raw : {},
    };
    if (isObject(raw)) byRaw.set(raw, node);
    return node;
  }

  #memo(mode: Mode): Map<Json, SchemaNode> {
    const key = `${mode.direction} ${mode.text}`;
    const known = this.#nodes.get(key) ?? new Map<Json, SchemaNode>();
    this.#nodes.set(key, known);
    return known;
  }

  /**
   * Follows plain references; one with assertions beside it stays, and what it refers to becomes its
   * `sibling`.
   */
  #arrive(
    start: Json,
    startPointer: string,
  ): { raw: Json; pointer: string; sibling?: { raw: Json; pointer: string }; unknown?: string } {
    let place = { raw: start, pointer: startPointer };
    for (const seen = new Set<string>(); ; ) {
      const target = isObject(place.raw) ? this.#resolver.target(place.raw) : undefined;
      if (target === undefined || !isObject(place.raw)) return place;
      if (target === 'unknown') return { ...place, unknown: asString(place.raw.$ref) ?? '' };
      if (seen.has(target.pointer)) return { raw: true, pointer: place.pointer };
      seen.add(target.pointer);
      const alone = this.#siblingsIgnored || Object.keys(place.raw).every(isSilent);
      if (!alone) return { ...place, sibling: target };
      place = target;
    }
  }

  #fill(keywords: Keywords, at: At): void {
    const { raw, pointer } = at;
    copyAssertions(raw, keywords, at.mode.direction);
    const below = (value: Json | undefined, ...path: readonly (string | number)[]): SchemaNode | undefined =>
      value === undefined
        ? undefined
        : this.#lower(
            {
              raw: value,
              pointer: [pointer, ...path.map(escapeSegment)].join('/'),
              unsent: inPlace.has(String(path[0])) ? at.unsent : new Set(),
            },
            at.mode,
          );
    for (const key of single) set(keywords, key, below(raw[key], key));
    for (const key of lists) {
      if (isArray(raw[key])) keywords[key] = raw[key].flatMap((item, index) => below(item, key, index) ?? []);
    }
    for (const key of named) {
      if (isObject(raw[key]))
        keywords[key] = new Map(
          Object.entries(raw[key]).map(([name, value]) => [
            name,
            this.#lower(
              { raw: value, pointer: `${pointer}/${key}/${escapeSegment(name)}`, unsent: new Set() },
              at.mode,
            ),
          ]),
        );
    }
    this.#fillArray(keywords, raw, below);
    this.#fillObject(keywords, at, below);
    this.#fillReading(keywords, at);
    if (raw.nullable === true) admitNull(keywords, { text: at.mode.text, side: this.side, pointer });
  }

  #fillArray(keywords: Keywords, raw: JsonObject, below: Below): void {
    if (isArray(raw.items)) {
      keywords.prefixItems = raw.items.flatMap((item, index) => below(item, 'items', index) ?? []);
      set(keywords, 'items', below(raw.additionalItems, 'additionalItems'));
    } else set(keywords, 'items', below(raw.items, 'items'));
    if (keywords.contains !== undefined && typeof raw.minContains === 'number')
      keywords.minContains = raw.minContains;
    if (keywords.contains !== undefined && typeof raw.maxContains === 'number')
      keywords.maxContains = raw.maxContains;
  }

  #fillObject(keywords: Keywords, at: At, below: Below): void {
    const { raw } = at;
    if (isObject(raw.properties)) {
      const unsent = this.#unsent.of(raw, at.mode);
      keywords.properties = new Map(
        Object.entries(raw.properties).map(([name, value]) => [
          name,
          unsent.has(name)
            ? this.#unsentNode(value, `${at.pointer}/properties/${escapeSegment(name)}`, at.mode)
            : this.#lower(
                { raw: value, pointer: `${at.pointer}/properties/${escapeSegment(name)}`, unsent: new Set() },
                at.mode,
              ),
        ]),
      );
    }
    set(keywords, 'additionalProperties', below(raw.additionalProperties, 'additionalProperties'));
    const required = asArray(raw.required).filter(
      (name): name is string => typeof name === 'string' && !at.unsent.has(name),
    );
    if (required.length > 0) keywords.required = [...new Set(required)];
    this.#fillDependencies(keywords, at, below);
  }

  /**
   * Refused where it would arrive as something new; what an old reader of answers never saw, it did not
   * refuse.
   */
  #unsentNode(value: Json, pointer: string, mode: Mode): SchemaNode {
    const unknown = mode.direction === 'response' && this.side === 'base';
    return {
      id: nextId(),
      keywords: unknown ? {} : { never: true },
      text: mode.text,
      side: this.side,
      pointer,
      raw: isObject(value) ? value : {},
      unsent: true,
    };
  }

  #fillDependencies(keywords: Keywords, { raw }: At, below: Below): void {
    const old = isObject(raw.dependencies) ? Object.entries(raw.dependencies) : [];
    const needs = [
      ...(isObject(raw.dependentRequired) ? Object.entries(raw.dependentRequired) : []),
      ...old,
    ].flatMap(([name, value]): [string, string[]][] =>
      isArray(value) ? [[name, value.filter((item) => typeof item === 'string')]] : [],
    );
    if (needs.length > 0) keywords.dependentRequired = new Map(needs);
    const schemas = old.flatMap(([name, value]): [string, SchemaNode][] => {
      const node =
        isObject(value) || typeof value === 'boolean' ? below(value, 'dependencies', name) : undefined;
      return node === undefined ? [] : [[name, node]];
    });
    if (schemas.length > 0)
      keywords.dependentSchemas = new Map([...(keywords.dependentSchemas ?? []), ...schemas]);
  }

  /** A string that is a JWE is what is inside it, plus the fact that it travels sealed. */
  #fillReading(keywords: Keywords, { raw, pointer, mode }: At): void {
    const plaintext = raw['x-encrypted'];
    if (plaintext !== undefined) {
      const inside = this.#lower(
        { raw: plaintext, pointer: `${pointer}/x-encrypted`, unsent: new Set() },
        mode,
      );
      for (const key of ['types', 'pattern', 'format', 'minLength', 'maxLength', 'enum'] as const)
        delete keywords[key];
      keywords.allOf = [inside];
      if (typesOf(raw)?.includes('null') === true)
        admitNull(keywords, { text: mode.text, side: this.side, pointer });
    }
  }
}

interface Written {
  readonly raw: Json;
  readonly pointer: string;
  /** Names that a schema around this one says are not sent. */
  readonly unsent: ReadonlySet<string>;
}

interface At {
  readonly raw: JsonObject;
  readonly pointer: string;
  readonly mode: Mode;
  readonly unsent: ReadonlySet<string>;
}

type Below = (value: Json | undefined, ...path: readonly (string | number)[]) => SchemaNode | undefined;

/** Keywords whose schemas speak of the same object. */
const inPlace = new Set(['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'not']);

function set<K extends (typeof single)[number] | 'items' | 'additionalProperties'>(
  keywords: Keywords,
  key: K,
  node: SchemaNode | undefined,
): void {
  if (node !== undefined) keywords[key] = node;
}
