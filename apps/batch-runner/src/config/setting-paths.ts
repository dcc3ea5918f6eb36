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

/** Every setting of the schema as a dotted path, except `input.columns`: a mapping belongs in a file. */
export function settingPaths(): readonly string[] {
  paths ??= pathsOf(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }), '');
  return paths;
}

/** Computed once: the schema does not change. */
let paths: readonly string[] | undefined;

function pathsOf(schema: unknown, path: string): string[] {
  const properties = (schema as { properties?: Record<string, unknown> }).properties;
  if (properties === undefined) return path === 'input.columns' ? [] : [path];
  return Object.entries(properties).flatMap(([key, inner]) =>
    pathsOf(inner, path === '' ? key : `${path}.${key}`),
  );
}
