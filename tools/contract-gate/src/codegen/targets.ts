import { SpecError } from '../spec/errors.ts';
import {
  asObject,
  asString,
  escapeSegment,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  segmentsOf,
  valueAt,
} from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import { identifier, pascal } from './names.ts';

const componentPrefix = '#/components/schemas/';

/** A schema with a name of its own, and where it is written. */
export interface Target {
  readonly name: string;
  readonly schema: Json;
  readonly pointer: string;
}

/**
 * The named schemas of a document: its components, and every other schema that something refers to, wherever
 * it stands (inside a component, at an anchor, in a path, in another file). References go by name from here
 * on, which makes each schema one entry and every walk linear.
 */
export class Targets {
  readonly #spec: Spec;
  readonly #byPointer = new Map<string, Target>();
  readonly #names = new Set<string>();
  #anchors: ReadonlyMap<string, string> | undefined;

  constructor(spec: Spec) {
    this.#spec = spec;
    const schemas = Object.entries(asObject(asObject(spec.document.components).schemas));
    for (const [name] of schemas) this.#names.add(name);
    for (const [name, schema] of schemas) this.#addComponent(name, schema);
  }

  /** All of them, those included that `find` adds while this runs. */
  all(): Iterable<Target> {
    return this.#byPointer.values();
  }

  /** The schema that a reference leads to. `from` is where the reference stands. Throws `SpecError`. */
  find(ref: string, from: string): Target {
    const pointer = this.#pointerOf(ref, from);
    const known = this.#byPointer.get(pointer);
    if (known !== undefined) return known;
    const schema = valueAt(this.#spec.document, pointer);
    if (schema === undefined || (!isObject(schema) && typeof schema !== 'boolean'))
      throw this.#broken(`the reference ${ref} leads to no schema`, from);
    return this.#add(this.#freshName(pointer), schema, pointer);
  }

  /** A component that is nothing but a reference to a nameless schema gives that schema its name. */
  #addComponent(name: string, schema: Json): void {
    const pointer = `/components/schemas/${escapeSegment(name)}`;
    const ref = asString(asObject(schema).$ref);
    const alone = ref !== undefined && Object.keys(asObject(schema)).length === 1;
    if (!alone || !ref.startsWith('#/') || ref.startsWith(componentPrefix))
      return void this.#add(name, schema, pointer);
    const behind = decoded(ref);
    const target = valueAt(this.#spec.document, behind);
    if (this.#byPointer.has(behind) || target === undefined) return void this.#add(name, schema, pointer);
    this.#byPointer.set(pointer, this.#add(name, target, behind));
  }

  #add(name: string, schema: Json, pointer: string): Target {
    const target = { name, schema, pointer };
    this.#byPointer.set(pointer, target);
    this.#names.add(name);
    return target;
  }

  #pointerOf(ref: string, from: string): string {
    if (ref === '#' || ref.startsWith('#/')) return decoded(ref);
    const anchor = ref.startsWith('#') ? this.#anchor(ref.slice(1)) : undefined;
    if (anchor === undefined) throw this.#broken(`the reference ${ref} leads nowhere`, from);
    return anchor;
  }

  #anchor(name: string): string | undefined {
    this.#anchors ??= anchorsIn(this.#spec.document);
    return this.#anchors.get(name);
  }

  /**
   * `Pet` for a file `schemas/pet.yaml` or a `$defs/Pet`, `OrderLines` for the property `lines` of `Order`.
   */
  #freshName(pointer: string): string {
    const [first, ...rest] = segmentsOf(pointer);
    const words = (first === 'x-files' ? rest : segmentsOf(pointer)).filter((word) => !structural.has(word));
    const named = pointer.startsWith('/components/schemas/') ? words : words.slice(-1);
    const stem =
      identifier(named.map((word) => pascal(word.replace(/^.*\/|\.(ya?ml|json)$/g, ''))).join('')) ||
      'Schema';
    let name = stem;
    for (let count = 2; this.#names.has(name); count += 1) name = `${stem}${count}`;
    return name;
  }

  #broken(message: string, pointer: string): SpecError {
    return new SpecError('spec-reference-broken', message, {
      place: this.#spec.locate(pointer),
      hint: 'Fix the reference, or add what it names.',
    });
  }
}

const structural = new Set([
  'components',
  'schemas',
  'properties',
  'items',
  'allOf',
  'anyOf',
  'oneOf',
  '$defs',
  'definitions',
  'schema',
  'content',
  'paths',
  'responses',
  'requestBody',
  'parameters',
  'additionalProperties',
  'patternProperties',
]);

/** Keys whose content is data. */
const data = new Set(['example', 'examples', 'default', 'const', 'enum', 'value']);

function anchorsIn(document: JsonObject): Map<string, string> {
  const anchors = new Map<string, string>();
  const visit = (value: Json, pointer: string): void => {
    if (isArray(value)) return value.forEach((item, index) => visit(item, `${pointer}/${index}`));
    if (!isObject(value)) return;
    for (const name of [asString(value.$anchor), asString(value.$dynamicAnchor)])
      if (name !== undefined && !anchors.has(name)) anchors.set(name, pointer);
    for (const [key, child] of Object.entries(value))
      if (!data.has(key)) visit(child, `${pointer}/${escapeSegment(key)}`);
  };
  visit(document, '');
  return anchors;
}

function decoded(ref: string): string {
  try {
    return decodeURIComponent(ref.slice(1));
  } catch {
    return ref.slice(1);
  }
}
