import {
  asObject,
  canonical,
  type Direction,
  fits,
  inPlace,
  isAny,
  isNever,
  type Json,
  type JsonObject,
  sameText,
  type SchemaNode,
} from '@enrollkit/schema-containment';

import { branches, type Flat, flat, ofProperty, pairs } from './align.ts';
import { below, places, type SchemaChange, shown, type Twin } from './change.ts';
import type { Local } from './traverse.ts';
import { discriminatorChanges } from './discriminator.ts';

// What acceptance does not see: what a consumer loses to read, what an absence means, how a string is read.

/** Looks at one pair of schemas, without going deeper. */
export type Rule = (twin: Twin, direction: Direction) => readonly SchemaChange[];

/** All rules, in the order in which they report. */
export const rules: readonly Rule[] = [
  removedProperties,
  addedProperties,
  defaults,
  readings,
  deprecations,
  xml,
  discriminatorChanges,
];

/** The pairs below a pair. */
export function twinsBelow({ base, revision }: Twin): Local<Twin>['next'] {
  return pairs(flat(base), flat(revision)).map(({ step, lift, sender, receiver }) => ({
    step,
    lift,
    pair: { base: sender, revision: receiver },
  }));
}

/**
 * A consumer that reads an optional property finds it no more. A request may still hold it, to no known
 * effect.
 */
function removedProperties({ base, revision }: Twin, direction: Direction): SchemaChange[] {
  const [before, after] = [flat(base), flat(revision)];
  if (isAny(revision)) return [];
  const required = new Set(before.parts.flatMap(({ keywords }) => keywords.required ?? []));
  return [...sent(before)]
    .filter((name) => !(direction === 'response' && required.has(name)) && !mayHold(revision, after, name))
    .map((name) => {
      const own = before.properties.get(name) ?? base;
      const change = {
        path: '',
        ...places(own, revision),
        ...(direction === 'request' ? removedFromRequest(name) : removedFromResponse(name)),
        // A property that is not described any more can hold anything: that shows that it was removed.
        ...(direction === 'request'
          ? {}
          : {
              claim: { demand: ofProperty(name, own), sender: revision, passages: [], byRule: true } as const,
            }),
      };
      return below(name, change);
    });
}

function removedFromRequest(name: string): Pick<SchemaChange, 'kind' | 'severity' | 'message'> {
  return {
    kind: 'property-removed',
    severity: 'info',
    message: `the property ${name} is no longer described; requests that send it are still accepted`,
  };
}

function removedFromResponse(name: string): Pick<SchemaChange, 'kind' | 'severity' | 'message'> {
  return { kind: 'property-removed', severity: 'breaking', message: `the property ${name} was removed` };
}

/** Names of properties that travel. */
function sent(schema: Flat): Set<string> {
  return new Set(
    [...schema.properties].flatMap(([name, node]) => (isNever(node) || node.unsent === true ? [] : [name])),
  );
}

/** Whether the schema, in any of its branches, still speaks of a property. */
function mayHold(node: SchemaNode, schema: Flat, name: string): boolean {
  const named = schema.properties.get(name);
  if (named !== undefined && !isNever(named) && named.unsent !== true) return true;
  return inPlace(node, new Set()).some(({ keywords }) => {
    const own = keywords.properties?.get(name);
    const rest = keywords.additionalProperties;
    return (
      (own !== undefined && !isNever(own) && !schema.properties.has(name)) ||
      [...(keywords.patternProperties?.keys() ?? [])].some((pattern) => fits(pattern, name)) ||
      (rest !== undefined && !isAny(rest) && !isNever(rest) && own === undefined)
    );
  });
}

function addedProperties({ base, revision }: Twin): SchemaChange[] {
  const [before, after] = [flat(base), flat(revision)];
  if (isAny(base)) return [];
  return [...sent(after)]
    .filter((name) => !mayHold(base, before, name))
    .map((name) =>
      below(name, {
        kind: 'property-added',
        severity: 'info',
        path: '',
        ...places(base, after.properties.get(name) ?? revision),
        message: `the property ${name} was added`,
      }),
    );
}

/** A default says what an absent value means, so it only matters where a value may be absent. */
function defaults({ base, revision }: Twin): SchemaChange[] {
  const [before, after] = [flat(base), flat(revision)];
  const always = (schema: Flat, name: string): boolean =>
    schema.parts.some(({ keywords }) => keywords.required?.includes(name) === true);
  return [...before.properties].flatMap(([name, own]) => {
    const other = after.properties.get(name);
    if (other === undefined) return [];
    return defaultChange({ base: own, revision: other }, !(always(before, name) && always(after, name))).map(
      (change) => below(name, change),
    );
  });
}

/** The change of a default, if there is one. `absent`: the value may be left out. */
export function defaultChange({ base, revision }: Twin, absent: boolean): SchemaChange[] {
  const [from, to] = [valueOf(base, 'default'), valueOf(revision, 'default')];
  if (canonical(from ?? null) === canonical(to ?? null) && (from === undefined) === (to === undefined))
    return [];
  const replaced = from !== undefined && to !== undefined;
  const what =
    from === undefined
      ? `has the default ${shown(to)} now`
      : to === undefined
        ? `has no default any more; it was ${shown(from)}`
        : `its default was ${shown(from)}, is ${shown(to)}`;
  return [
    {
      kind: 'default',
      severity: replaced && absent ? 'breaking' : 'info',
      path: '',
      ...places(base, revision, '/default'),
      message: absent && replaced ? `${what}: leaving it out means something else` : what,
    },
  ];
}

/** An annotation of a node, or of what its `allOf` adds. */
function valueOf(node: SchemaNode, key: string): Json | undefined {
  return flat(node)
    .parts.map(({ raw }) => raw[key])
    .find((value) => value !== undefined);
}

function readings({ base, revision }: Twin): SchemaChange[] {
  const of = (node: SchemaNode): readonly string[] =>
    flat(node)
      .parts.flatMap(({ keywords }) => keywords.reading ?? [])
      .sort();
  const [from, to] = [of(base), of(revision)];
  if (from.join() === to.join() || isAny(base) || isAny(revision)) return [];
  const sealed = from.includes('jwe') !== to.includes('jwe');
  return [
    {
      kind: sealed ? 'encryption' : 'content-encoding',
      severity: 'breaking',
      path: '',
      ...places(base, revision),
      message: sealed
        ? `travels ${to.includes('jwe') ? 'encrypted' : 'in clear'} now`
        : `the string was ${from.join(' ') || 'plain text'}, is ${to.join(' ') || 'plain text'}`,
    },
  ];
}

function deprecations({ base, revision }: Twin): SchemaChange[] {
  const [from, to] = [base.raw.deprecated === true, revision.raw.deprecated === true];
  if (from === to) return [];
  return [
    {
      kind: 'deprecated',
      severity: 'info',
      path: '',
      ...places(base, revision),
      message: to ? 'is deprecated now' : 'is no longer deprecated',
    },
  ];
}

/** Names and nesting in XML. */
function xml({ base, revision }: Twin): SchemaChange[] {
  const of = ({ raw }: SchemaNode): Json =>
    Object.fromEntries(Object.entries(asObject(raw.xml)).filter(([, value]) => value !== false));
  if (!base.text || canonical(of(base)) === canonical(of(revision))) return [];
  return [
    {
      kind: 'xml',
      severity: 'undecided',
      path: '',
      ...places(base, revision, '/xml'),
      message: `its form in XML was ${shown(of(base))}, is ${shown(of(revision))}`,
    },
  ];
}

/** Keywords that hold other schemas, or assert nothing. */
const silent = new Set([
  'title',
  'description',
  'summary',
  'example',
  'examples',
  'default',
  'deprecated',
  'externalDocs',
  'xml',
  '$comment',
  'discriminator',
  'readOnly',
  'writeOnly',
  '$schema',
  'properties',
  'items',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'additionalProperties',
  'patternProperties',
  'prefixItems',
  'contains',
  'propertyNames',
  'dependentSchemas',
  '$defs',
  '$id',
  '$anchor',
]);

/** Why two schemas in other words mean the same, as far as a person would say it. */
export function reasonOf({ base, revision }: Twin): string {
  const either = (test: (node: SchemaNode) => boolean): boolean => test(base) !== test(revision);
  const union = (node: SchemaNode): boolean => branches(flat(node)) !== undefined;
  if (sameText(base, revision)) return sameWords(base, revision);
  if (either(({ keywords }) => keywords.allOf !== undefined))
    return 'allOf says no more than its parts written out';
  if (either(({ raw }) => raw.oneOf !== undefined) && union(base) && union(revision))
    return 'no value fits two of the variants, so oneOf and anyOf accept the same';
  if (either(union)) return 'the alternatives written out accept exactly the same values';
  return 'both accept exactly the same values';
}

function sameWords(base: SchemaNode, revision: SchemaNode): string {
  const has = (key: string): boolean => key in base.raw !== key in revision.raw;
  if (has('nullable')) return 'nullable and the type null are the same';
  if (has('const')) return 'const and an enum of one value are the same';
  if (
    typeof base.raw.exclusiveMinimum !== typeof revision.raw.exclusiveMinimum ||
    typeof base.raw.exclusiveMaximum !== typeof revision.raw.exclusiveMaximum
  )
    return 'an exclusive bound in the words of another OpenAPI version';
  return 'the same in other words';
}

/** True when the own keywords of two schemas are written differently. */
export function writtenDifferently({ base, revision }: Twin): boolean {
  const own = (raw: JsonObject): string =>
    canonical(
      Object.fromEntries(
        Object.entries(raw)
          .filter(([key]) => !silent.has(key) && !key.startsWith('x-'))
          .map(([key, value]) => [
            key,
            key === 'required' || key === 'enum' || key === 'type' ? sortedList(value) : value,
          ]),
      ),
    );
  return own(base.raw) !== own(revision.raw);
}

function sortedList(value: Json): Json {
  return Array.isArray(value)
    ? [...value].sort((left, right) => (canonical(left) < canonical(right) ? -1 : 1))
    : value;
}
