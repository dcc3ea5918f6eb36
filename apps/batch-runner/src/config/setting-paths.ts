import { z } from 'zod';
import { configSchema } from './schema.ts';

/** Settings of earlier versions and what they are called now. */
export const renamedSettings: ReadonlyMap<string, string> = new Map([
  ['sending.uncertain', 'sending.onUnknown'],
]);

/** What is wrong with a setting that the schema does not have. */
export function noSuchSetting(path: string): string {
  const now = renamedSettings.get(path);
  return now === undefined ? 'there is no such setting' : `this setting is now called ${now}`;
}

/**
 * Settings that are mappings: `input.columns.Card Number` is an entry of one, `input.columns` the whole, as
 * JSON.
 */
export const mappingPaths = [
  'input.columns',
  'input.layout',
  'input.defaults',
  'input.join',
  'input.convert',
] as const;

/** The setting that a dotted path names, with the keys that lead to it; undefined when there is none. */
export function settingParts(path: string): readonly string[] | undefined {
  if (settingPaths().includes(path)) return path.split('.');
  const mapping = mappingPaths.find((one) => path.startsWith(`${one}.`));
  return mapping === undefined ? undefined : [...mapping.split('.'), path.slice(mapping.length + 1)];
}

/** Every setting of the schema as a dotted path. */
export function settingPaths(): readonly string[] {
  paths ??= pathsOf(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }), '');
  return paths;
}

/** Computed once: the schema does not change. */
let paths: readonly string[] | undefined;

function pathsOf(schema: unknown, path: string): string[] {
  const properties = (schema as { properties?: Record<string, unknown> }).properties;
  if (properties === undefined) return [path];
  return Object.entries(properties).flatMap(([key, inner]) =>
    pathsOf(inner, path === '' ? key : `${path}.${key}`),
  );
}
