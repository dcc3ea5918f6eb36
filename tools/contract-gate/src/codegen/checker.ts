import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import type { Json, JsonObject } from '../spec/json.ts';
import { ajvOptions } from './checks.ts';
import { type Direction, SchemaConverter } from './json-schema.ts';
import { type Validation, validator } from './template/runtime.ts';

/** Judges a value by a schema of the document it was made for, as the generated validators would. */
export type Checker = (subject: { readonly schema: Json; readonly direction: Direction }, value: unknown) => Validation<unknown>;

/** Validators without generating code: for examples and tests. Compiled once for each schema and direction. */
export function checkerOf(document: JsonObject): Checker {
  const ajv = new Ajv2020(ajvOptions());
  const converters = { request: new SchemaConverter(document, 'request'), answer: new SchemaConverter(document, 'answer') };
  ajv.addSchema([...converters.request.components(), ...converters.answer.components()]);
  const compiled = new Map<string, ValidateFunction>();
  return ({ schema, direction }, value) => {
    const key = `${direction} ${JSON.stringify(schema)}`;
    const check = compiled.get(key) ?? ajv.compile(converters[direction].convert(schema) as JsonObject | boolean);
    compiled.set(key, check);
    return validator(check)(value);
  };
}
