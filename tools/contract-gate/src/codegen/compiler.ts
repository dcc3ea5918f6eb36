import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js';

import { requireUsableSchemas } from '../spec/schema-words.ts';
import { SpecError } from '../spec/errors.ts';
import { asObject, asString, isObject, type Json, pointerOf } from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import { formats } from './formats.ts';
import { type Direction, SchemaConverter } from './json-schema.ts';

/** A schema of a spec, and which way its values travel. */
export interface Subject {
  readonly schema: Json;
  readonly direction: Direction;
}

/** Turns the schemas of one spec into checks. All problems of a value are told, not only the first. */
export class SchemaCompiler {
  readonly ajv: Ajv2020;
  readonly #spec: Spec;
  readonly #converters: Readonly<Record<Direction, SchemaConverter>>;
  #count = 0;

  /** Throws `SpecError` for a schema that says something nobody understands: it would be overlooked otherwise. */
  constructor(spec: Spec, options: Options = {}) {
    requireUsableSchemas(spec);
    this.#spec = spec;
    this.#converters = {
      request: new SchemaConverter(spec.document, 'request'),
      answer: new SchemaConverter(spec.document, 'answer'),
    };
    this.ajv = new Ajv2020({
      allErrors: true,
      strict: true,
      strictTypes: false,
      strictTuples: false,
      strictRequired: false,
      allowUnionTypes: true,
      formats,
      ...options,
    });
    for (const converter of Object.values(this.#converters)) {
      for (const { name, schema } of converter.components())
        this.#located(pointerOf(['components', 'schemas', name]), () => this.ajv.addSchema(schema));
    }
  }

  /** Makes a schema known; gives the id under which `compile` finds it. Component schemas are known already. */
  add({ schema, direction }: Subject): string {
    const converted = this.#converters[direction].convert(schema);
    const ref = asString(asObject(converted).$ref);
    if (ref !== undefined && Object.keys(asObject(converted)).length === 1 && !ref.includes('#')) return ref;
    this.#count += 1;
    const $id = `check:${this.#count}`;
    this.#located('/paths', () =>
      this.ajv.addSchema(isObject(converted) ? { ...converted, $id } : { $id, allOf: [converted] }),
    );
    return $id;
  }

  /** The check with an id. Throws `SpecError` for a schema that cannot be compiled. */
  compile(id: string): ValidateFunction {
    const pointer = id.startsWith('contract:')
      ? pointerOf(['components', 'schemas', decodeURIComponent(id.split('/').at(-1) ?? '')])
      : '/paths';
    return this.#located(pointer, () => {
      const check = this.ajv.getSchema(id);
      if (check === undefined) throw new Error(`no schema has the id ${id}`);
      return check;
    });
  }

  #located<T>(pointer: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new SpecError('SPEC_SCHEMA_UNUSABLE', `this schema cannot be used: ${said}`, {
        place: this.#spec.locate(pointer),
        cause,
        hint: 'Mend what is said of it, or ask for less.',
      });
    }
  }
}
