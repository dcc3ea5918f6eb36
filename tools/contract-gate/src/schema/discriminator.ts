import {
  asObject,
  asString,
  type Direction,
  isObject,
  type Json,
  type SchemaNode,
} from '@enrollkit/schema-containment';

import { branches, flat, nameOf } from './align.ts';
import { places, type SchemaChange, shown } from './change.ts';
import type { Twin } from './change.ts';

/**
 * A discriminator accepts and refuses nothing, but it says which schema a value means: generated readers
 * follow it.
 */

/** What changed in the way a variant is told from the others. */
export function discriminatorChanges({ base, revision }: Twin, direction: Direction): SchemaChange[] {
  const [from, to] = [discriminatorOf(base), discriminatorOf(revision)];
  if (from === undefined && to === undefined) return [];
  const at = { path: '', ...places(base, revision, '/discriminator') };
  if (from === undefined || to === undefined) {
    return [
      {
        kind: 'discriminator',
        severity: 'info',
        ...at,
        message:
          from === undefined
            ? `variants are told apart by ${to?.name ?? ''} now`
            : `variants are no longer told apart by ${from.name}`,
      },
    ];
  }
  if (from.name !== to.name)
    return [
      {
        kind: 'discriminator',
        severity: 'breaking',
        ...at,
        message: `variants are now told apart by ${to.name}, formerly by ${from.name}`,
      },
    ];
  return mappingChanges(from.values, to.values, direction).map(({ severity, message }) => ({
    kind: 'discriminator',
    severity,
    ...at,
    message,
  }));
}

interface Discriminator {
  readonly name: string;
  /** Which schema each value means. */
  readonly values: ReadonlyMap<string, string>;
}

type Said = Pick<SchemaChange, 'severity' | 'message'>;

function mappingChanges(
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
  direction: Direction,
): Said[] {
  const kept = new Set([...from.values()].filter((target) => [...to.values()].includes(target)));
  const gone = [...from].flatMap(([value, target]): Said[] => {
    const now = to.get(value);
    if (now === target) return [];
    // A variant that vanished with its value, or a schema that only has another name now, is judged by what
    // is accepted.
    if (now !== undefined)
      return kept.has(target) || [...from.values()].includes(now)
        ? [
            {
              severity: 'breaking',
              message: `the value ${shown(value)} now selects ${now}, formerly ${target}`,
            },
          ]
        : [];
    const renamed = [...to].find(([other, same]) => same === target && !from.has(other))?.[0];
    if (renamed !== undefined)
      return [
        {
          severity: 'breaking',
          message: `${target} is now selected by the value ${shown(renamed)}, formerly by ${shown(value)}`,
        },
      ];
    return kept.has(target) || direction === 'request'
      ? [
          {
            severity: direction === 'request' ? 'breaking' : 'info',
            message: `the value ${shown(value)} no longer selects a schema`,
          },
        ]
      : [];
  });
  const added = [...to]
    .filter(([value]) => !from.has(value) && ![...gone].some(({ message }) => message.includes(shown(value))))
    .map(
      ([value, target]): Said => ({
        severity: 'info',
        message: `the value ${shown(value)} now selects ${target}`,
      }),
    );
  return [...gone, ...added];
}

function discriminatorOf(node: SchemaNode): Discriminator | undefined {
  const schema = flat(node);
  const raw = schema.parts
    .map((part) => part.raw.discriminator)
    .find((value): value is NonNullable<typeof value> => isObject(value));
  const name = asString(asObject(raw).propertyName);
  if (name === undefined) return undefined;
  const explicit = Object.entries(asObject(asObject(raw).mapping)).flatMap(
    ([value, target]): [string, string][] => (typeof target === 'string' ? [[value, shortName(target)]] : []),
  );
  const mapped = new Set(explicit.map(([, target]) => target));
  const implicit = (branches(schema) ?? []).flatMap((branch): [string, string][] => {
    const own = nameOf(branch);
    if (own === undefined || mapped.has(own)) return [];
    const values = flat(branch)
      .properties.get(name)
      ?.keywords.enum?.filter((value: Json) => typeof value === 'string') ?? [own];
    return values.map((value) => [value, own]);
  });
  return { name, values: new Map([...explicit, ...implicit]) };
}

function shortName(target: string): string {
  return target.slice(target.lastIndexOf('/') + 1).replace(/\.(ya?ml|json)$/, '');
}
