import type { JsonObject } from '../../../src/spec/json.ts';
import { answers, json, one } from '../api.ts';

/** What happens to operations, parameters, bodies, answers and security. */
export interface OperationRow {
  readonly name: string;
  readonly base: JsonObject;
  readonly revision: JsonObject;
  readonly breaking: boolean;
}

/** A row that breaks. */
export const breaks = (name: string, base: JsonObject, revision: JsonObject): OperationRow => ({
  name,
  base,
  revision,
  breaking: true,
});
/** A row that breaks nobody. */
export const holds = (name: string, base: JsonObject, revision: JsonObject): OperationRow => ({
  name,
  base,
  revision,
  breaking: false,
});

/** Holds one way, breaks the other. */
export const oneWay = (name: string, narrow: JsonObject, wide: JsonObject): OperationRow[] => [
  breaks(name, wide, narrow),
  holds(`back: ${name}`, narrow, wide),
];
/** Breaks nobody, either way. */
export const never = (name: string, base: JsonObject, revision: JsonObject): OperationRow[] => [
  holds(name, base, revision),
  holds(`back: ${name}`, revision, base),
];
/** Breaks both ways. */
export const always = (name: string, base: JsonObject, revision: JsonObject): OperationRow[] => [
  breaks(name, base, revision),
  breaks(`back: ${name}`, revision, base),
];

/** The schema of any text. */
export const text = { type: 'string' };
/** The schema of any whole number. */
export const whole = { type: 'integer' };
/** An operation that answers 200 and nothing else. */
export const ok: JsonObject = { responses: { 200: { description: 'ok' } } };

/** An operation with this body. */
export const body = (content: JsonObject, more: JsonObject = {}): JsonObject =>
  one({ requestBody: { content, ...more } });

/** The schema of an object with these properties. */
export const thing = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});

/** An operation that answers with this schema. */
export const answer = (schema: JsonObject): JsonObject => answers({ 200: json(schema) });
