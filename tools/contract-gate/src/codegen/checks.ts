import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { fastFormats } from 'ajv-formats/dist/formats.js';

import { asObject, asString, isObject, type Json, type JsonObject } from '../spec/json.ts';
import { type Direction, SchemaConverter } from './json-schema.ts';

/** One check to compile: the name it is exported under, and the schema it judges by. */
export interface Check {
  readonly name: string;
  readonly schema: Json;
  readonly direction: Direction;
}

/** The helpers ajv's code asks for, and what the generated code uses instead, so that ajv is not needed at run time. */
const helpers: Readonly<Record<string, string>> = {
  'ajv/dist/runtime/ucs2length': 'characters',
  'ajv/dist/runtime/equal': 'equal',
};

/** Compiles checks ahead of time into one ES module that needs nothing but `../runtime.ts`. */
export function compileChecks(document: JsonObject, checks: readonly Check[]): string {
  const ajv = new Ajv2020({ ...ajvOptions(), inlineRefs: false, code: { source: true, esm: true, lines: true, optimize: 2 } });
  if (!/"(unevaluatedProperties|unevaluatedItems|\$dynamicRef)"/.test(JSON.stringify(document))) {
    // Bookkeeping for keywords the document does not use would double the size of the code.
    ajv.opts.unevaluated = false;
    ajv.opts.dynamicRef = false;
  }
  const converters = { request: new SchemaConverter(document, 'request'), answer: new SchemaConverter(document, 'answer') };
  ajv.addSchema([...converters.request.components(), ...converters.answer.components()]);
  const ids = checks.map(({ name, schema, direction }): [string, string] => {
    const converted = converters[direction].convert(schema);
    const ref = asString(asObject(converted).$ref);
    if (ref !== undefined && Object.keys(asObject(converted)).length === 1 && !ref.includes('#')) return [name, ref];
    const $id = `check:${name}`;
    ajv.addSchema(isObject(converted) ? { ...converted, $id } : { $id, allOf: [converted] });
    return [name, $id];
  });
  const code = (standalone as unknown as typeof standalone.default)(ajv, Object.fromEntries(ids));
  return withoutRequires(code.replace(/^"use strict";/, ''));
}

/** How every schema is read: all problems told, and a keyword nobody knows is an error and not overlooked. */
export function ajvOptions(): Options {
  return { allErrors: true, strict: true, strictTypes: false, strictTuples: false, strictRequired: false, allowUnionTypes: true, formats: formats() };
}

/** Formats that are a regular expression, which needs no code at run time; any other format is only documentation. */
function formats(): Record<string, RegExp | true> {
  const known = Object.entries(fastFormats).map(([name, format]): [string, RegExp | true] => {
    if (format instanceof RegExp) return [name, format];
    const test: unknown = typeof format === 'object' && 'validate' in format ? format.validate : undefined;
    return [name, test instanceof RegExp ? test : true];
  });
  return { float: true, double: true, password: true, binary: true, ...Object.fromEntries(known) };
}

function withoutRequires(code: string): string {
  return code.replaceAll(/require\("([^"]+)"\)(?:\.default)?/g, (_, module: string) => {
    const helper = helpers[module];
    if (helper === undefined) throw new Error(`the compiled checks ask for ${module}, which has no replacement in the table of helpers`);
    return helper;
  });
}
