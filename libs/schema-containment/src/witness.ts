import { isCertain } from './certain.ts';
import { define, type Json, type JsonObject } from './json.ts';
import { complement } from './literals.ts';
import { isAny, keyOf, type SchemaNode } from './node.ts';
import { mentionedNames, isPossible, otherNames } from './objects.ts';
import { matches } from './pattern.ts';
import type { Prover } from './prover.ts';
import { numbersOf, stringsOf } from './samples.ts';
import {
  type ArrayShape,
  canonical,
  type Existence,
  type ObjectShape,
  propertySchemas,
  type Shape,
} from './shape.ts';
import { fewValues } from './shape-values.ts';
import { shortest, shrunk } from './shrink.ts';
import { arraysOf, type PartValues, smallArrays } from './witness-arrays.ts';

/**
 * Shapes looked into for one question, values kept for each part of a value, values tried, and values of a
 * shape that are all tried.
 */
const limits = { shapes: 40, kept: 12, tries: 3000, few: 80 };
/** Items or properties that a value may have. */
const sizeLimit = 5000;
/** Parts inside parts that a value may have: shallow ones are looked for first. */
const depths = [1, 2, 3, 5, 8, 16, 40, 120];

/** Looks for values that fit some schemas and not others; ajv judges each one. */
export class WitnessSearch implements PartValues {
  readonly prover: Prover;
  readonly #known = new Map<string, readonly Json[]>();
  readonly #asking = new Set<string>();
  #tries = 0;
  #depth = 0;
  /** A part was deeper than looked for. */
  #cut = false;

  constructor(prover: Prover) {
    this.prover = prover;
  }

  /** The smallest value found that fits `sender` and none of the receivers. */
  find(sender: SchemaNode, receivers: readonly SchemaNode[]): Json | undefined {
    const proves = this.#proves(sender, receivers);
    const found = this.#search([sender, ...receivers.map(complement)], proves);
    return shortest(found.map((value) => shrunk(value, proves)));
  }

  /** A simple value that fits all of the schemas. */
  example(nodes: readonly SchemaNode[]): Json | undefined {
    const fits = (value: Json): boolean =>
      nodes.every((node) => this.prover.judge.accepts(node, value) === true);
    return shortest(this.#search(nodes, fits));
  }

  /** The value without whatever it can lose; `undefined` when it does not prove anything. */
  smallest(value: Json, sender: SchemaNode, receivers: readonly SchemaNode[]): Json | undefined {
    const proves = this.#proves(sender, receivers);
    return proves(value) ? shrunk(value, proves) : undefined;
  }

  #proves(sender: SchemaNode, receivers: readonly SchemaNode[]): (value: Json) => boolean {
    const { judge } = this.prover;
    return (value) =>
      judge.accepts(sender, value) === true &&
      receivers.every((receiver) => judge.accepts(receiver, value) === false);
  }

  #search(query: readonly SchemaNode[], proves: (value: Json) => boolean): Json[] {
    return this.prover.together(() => this.#byDepth(query, proves));
  }

  #byDepth(query: readonly SchemaNode[], proves: (value: Json) => boolean): Json[] {
    for (const depth of depths) {
      this.#tries = 0;
      this.#depth = depth;
      this.#cut = false;
      const found = this.#inShapes(query, proves);
      if (found.length > 0 || !this.#cut || this.#tries > limits.tries) return found;
    }
    return [];
  }

  #inShapes(query: readonly SchemaNode[], proves: (value: Json) => boolean): Json[] {
    const found: Json[] = [];
    const arrays: ArrayShape[] = [];
    let shapes = 0;
    for (const shape of this.prover.shapes(query)) {
      shapes += 1;
      if (shape.type === 'array') arrays.push(shape);
      const value = this.#ofShape(shape).find(proves);
      if (value !== undefined) found.push(value);
      if (shapes >= limits.shapes || found.length >= 6 || this.#tries > limits.tries) break;
    }
    if (found.length === 0 && !this.#cut) {
      const small = smallArrays(arrays, this).find(proves);
      if (small !== undefined) found.push(small);
    }
    return found;
  }

  /** True when a shape of counterexamples is certain to have values, by its lengths alone. */
  certain(sender: SchemaNode, receivers: readonly SchemaNode[]): boolean {
    if (sender.text) return false;
    const possible = (nodes: readonly SchemaNode[]): boolean => this.values(nodes).length > 0;
    for (const shape of this.prover.shapes([sender, ...receivers.map(complement)])) {
      if (isCertain(shape, possible)) return true;
    }
    return false;
  }

  /** Values that fit all of the schemas, simple ones first. */
  values(nodes: readonly SchemaNode[]): readonly Json[] {
    const parts = nodes.filter((node) => !isAny(node));
    if (parts.length === 0) return ['a', 0, true, null, {}, [], 'b', 1, false, 0.5];
    const key = keyOf(parts);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#asking.size >= this.#depth) this.#cut = true;
    if (this.#asking.has(key) || this.#asking.size >= this.#depth || this.#tries > limits.tries) return [];
    this.#asking.add(key);
    const found = new Map<string, Json>();
    const arrays: ArrayShape[] = [];
    let shapes = 0;
    for (const shape of this.prover.shapes(parts)) {
      shapes += 1;
      if (shape.type === 'array') arrays.push(shape);
      for (const value of this.#ofShape(shape)) {
        if (this.fits(parts, value)) found.set(canonical(value), value);
        if (found.size >= limits.kept) break;
      }
      if (shapes >= limits.shapes || found.size >= limits.kept) break;
    }
    // Nothing that a deeper look would show: then all short arrays are tried.
    if (found.size === 0 && !this.#cut) {
      const small = smallArrays(arrays, this).find((value) => this.fits(parts, value));
      if (small !== undefined) found.set(canonical(small), small);
    }
    this.#asking.delete(key);
    const values = [...found.values()];
    if (values.length > 0 || (this.#asking.size === 0 && !this.#cut)) this.#known.set(key, values);
    return values;
  }

  /** True when the value fits all of the schemas. */
  fits(nodes: readonly SchemaNode[], value: Json): boolean {
    this.#tries += 1;
    return nodes.every((node) => this.prover.judge.accepts(node, value) === true);
  }

  #ofShape(shape: Shape): readonly Json[] {
    if (shape.values !== undefined) return shape.values;
    switch (shape.type) {
      case 'null':
        return [null];
      case 'boolean':
        return [true, false];
      case 'number':
        return numbersOf(shape);
      case 'string':
        return stringsOf(shape);
      case 'array':
        return fewValues(shape, this.prover, limits.few) ?? arraysOf(shape, this);
      case 'object':
        return fewValues(shape, this.prover, limits.few) ?? this.#objects(shape);
    }
  }

  #objects(shape: ObjectShape): JsonObject[] {
    const choices = shape.some.map((existence) => this.#placesFor(shape, existence));
    const objects: JsonObject[] = [];
    const variants = Math.min(4, Math.max(1, ...choices.map(({ length }) => length)));
    for (let variant = 0; variant < variants; variant += 1) {
      const chosen = choices.map((places) => places[Math.min(variant, places.length - 1)]);
      if (chosen.includes(undefined)) return objects;
      const places = chosen.filter((place) => place !== undefined);
      const object = this.#object(shape, places);
      if (object === undefined) continue;
      objects.push(object);
      if (shape.excluded.length === 0) continue;
      const another = this.#object({ ...shape, minProperties: Object.keys(object).length + 1 }, places);
      if (another !== undefined) objects.push(another);
    }
    return objects;
  }

  /** Names under which the property that must be there can be. */
  #placesFor(shape: ObjectShape, existence: Existence): Place[] {
    const mentioned = mentionedNames(shape);
    const named = [...shape.required, ...mentioned].filter(
      (name) =>
        !existence.except.has(name) &&
        !existence.notPatterns.some((pattern) => matches(pattern, name) === true) &&
        existence.names.every((node) => this.prover.accepts(node, name) === true) &&
        isPossible(shape, name, this.prover),
    );
    const others = (otherNames(shape, mentioned, this.prover) ?? [])
      .filter(({ matched }) => !existence.notPatterns.some((pattern) => matched.has(pattern)))
      .flatMap(({ names }) => this.values([...names, ...existence.names]))
      .filter((name) => typeof name === 'string');
    return [...new Set([...named, ...others])]
      .filter((name) => !this.prover.impossible([...propertySchemas(shape, name), ...existence.values]))
      .map((name) => ({ name, values: existence.values }));
  }

  #object(shape: ObjectShape, places: readonly Place[]): JsonObject | undefined {
    const object: Record<string, Json> = {};
    const extra = Map.groupBy(places, ({ name }) => name);
    for (const name of new Set([...shape.required, ...extra.keys()])) {
      const more = (extra.get(name) ?? []).flatMap(({ values }) => values);
      const [value] = this.values([...propertySchemas(shape, name), ...more]);
      if (value === undefined) return undefined;
      define(object, name, value);
    }
    for (const name of this.#moreNames(shape, object)) {
      if (Object.keys(object).length >= shape.minProperties) break;
      const [value] = this.values(propertySchemas(shape, name));
      if (value !== undefined) define(object, name, value);
    }
    return Object.keys(object).length < shape.minProperties ? undefined : object;
  }

  /** Names of properties that may be added. */
  *#moreNames(shape: ObjectShape, object: JsonObject): Generator<string> {
    const mentioned = mentionedNames(shape);
    for (const name of mentioned)
      if (!Object.hasOwn(object, name) && isPossible(shape, name, this.prover)) yield name;
    for (const { names } of otherNames(shape, mentioned, this.prover) ?? []) {
      for (const name of this.prover.few(names) ?? this.values(names))
        if (typeof name === 'string' && !Object.hasOwn(object, name)) yield name;
    }
    for (let count = 0; count < sizeLimit; count += 1) {
      const name = `p${count}`;
      if (!Object.hasOwn(object, name) && !mentioned.has(name) && isPossible(shape, name, this.prover))
        yield name;
    }
  }
}

interface Place {
  readonly name: string;
  readonly values: readonly SchemaNode[];
}
