import type { Json } from './json.ts';
import { sameText } from './equal.ts';
import { expand, expandAll } from './expand.ts';
import type { Judge } from './judge.ts';
import { isAny, keyOf, type SchemaNode } from './node.ts';
import type { Reading } from './prover.ts';
import { numbersNear, stringsNear } from './sample.ts';
import { arraysNear, objectsNear, plainArray, plainObject } from './compound.ts';
import { canonical, type Shape } from './shape.ts';
import { shrunk } from './shrink.ts';
import { inPlace } from './unevaluated.ts';
import type { Source } from './witness-source.ts';

/** Values one question may try on the judge, and keep for each schema inside it. */
const tryLimit = 4000;
const keepLimit = 160;
const depthLimit = 7;
/** Values where anything goes, and how deep such places are looked into. */
const stock: readonly Json[] = ['x', 0, 0.5, true, null, {}, [], 'a b'];
const freeDepth = 3;

/** Looks for a value that one schema accepts and another refuses, judged by ajv under both. */
export class WitnessSearch implements Source {
  readonly reading: Reading;
  readonly #judge: Judge;
  readonly #simplest = new Map<string, Json | undefined>();
  #depth = 0;
  #tries = 0;

  constructor(judge: Judge, reading: Reading) {
    this.#judge = judge;
    this.reading = reading;
  }

  /** The smallest such value that was found, if any was. */
  find(sender: SchemaNode, receiver: SchemaNode): Json | undefined {
    this.#tries = 0;
    this.#depth = 0;
    const proves = (value: Json): boolean =>
      this.#judge.accepts(sender, value) === true && this.#judge.accepts(receiver, value) === false;
    const found = this.near([sender], [receiver]).find(proves);
    return found === undefined ? undefined : shrunk(found, proves);
  }

  simplest(nodes: readonly SchemaNode[]): Json | undefined {
    if (nodes.every(isAny)) return 'x';
    const key = keyOf(nodes);
    if (this.#simplest.has(key)) return this.#simplest.get(key);
    this.#simplest.set(key, undefined);
    const value =
      this.#brief(nodes) ?? this.near(nodes, []).find((candidate) => this.#fits(nodes, candidate));
    this.#simplest.set(key, value);
    return value;
  }

  /** The first plain attempt that fits: what is required and nothing else. */
  #brief(nodes: readonly SchemaNode[]): Json | undefined {
    if (this.#depth >= depthLimit) return undefined;
    this.#depth += 1;
    const shapes = [...(expandAll(nodes, 'sender') ?? [])]
      .sort((left, right) => rank(left, []) - rank(right, []))
      .slice(0, 20);
    let found: Json | undefined;
    for (const shape of shapes) {
      const plain =
        shape.type === 'object'
          ? plainObject(this, shape)
          : shape.type === 'array'
            ? plainArray(this, shape)
            : undefined;
      const attempts =
        shape.values !== undefined || (shape.type !== 'object' && shape.type !== 'array')
          ? this.#ofShape(shape, [])
          : plain === undefined
            ? []
            : [plain];
      found = attempts.find((value) => this.#fits(nodes, value));
      if (found !== undefined) break;
    }
    this.#depth -= 1;
    return found;
  }

  near(nodes: readonly SchemaNode[], against: readonly SchemaNode[]): readonly Json[] {
    if (this.#depth >= depthLimit || this.#tries > tryLimit) return [];
    const parting = against.filter(
      (other) => !isAny(other) && !nodes.some((node) => node === other || sameText(node, other)),
    );
    if (against.length > 0 && parting.length === 0) {
      const simple = this.simplest(nodes);
      return simple === undefined ? [] : [simple];
    }
    this.#depth += 1;
    const values = this.#make(nodes, parting);
    this.#depth -= 1;
    const fitting = values.filter((value) => this.#fits(nodes, value));
    const refused = fitting.filter((value) =>
      parting.some((other) => this.#judge.accepts(other, value) === false),
    );
    const rest = fitting.filter((value) => !refused.includes(value));
    return [...refused.slice(0, keepLimit), ...rest.slice(0, keepLimit / 4)];
  }

  #fits(nodes: readonly SchemaNode[], value: Json): boolean {
    this.#tries += 1;
    return nodes.every((node) => this.#judge.accepts(node, value) === true);
  }

  #make(nodes: readonly SchemaNode[], against: readonly SchemaNode[]): Json[] {
    const free = nodes.every(isAny);
    if (free && (against.length === 0 || this.#depth > freeDepth)) return [...stock];
    const shapes = expandAll(nodes, 'sender') ?? [];
    const hints = against.flatMap((node) =>
      [node, ...denied(node)].flatMap((one) => expand(one, 'sender') ?? []),
    );
    const seen = new Set<string>();
    const order = [...shapes].sort((left, right) => rank(left, hints) - rank(right, hints));
    const first: readonly Json[] = free ? stock : [];
    return [
      ...first,
      ...order.slice(0, 40).flatMap((shape) =>
        this.#ofShape(
          shape,
          hints.filter(({ type }) => type === shape.type),
        ),
      ),
    ].filter((value) => {
      const text = canonical(value);
      return seen.has(text) ? false : seen.add(text) !== undefined;
    });
  }

  #ofShape(shape: Shape, hints: readonly Shape[]): Json[] {
    if (shape.values !== undefined) return [...shape.values];
    switch (shape.type) {
      case 'null':
        return [null];
      case 'boolean':
        return [true, false];
      case 'number':
        return numbersNear(shape, hints);
      case 'string':
        return stringsNear(shape, hints);
      case 'array':
        return arraysNear(this, shape, hints);
      case 'object':
        return objectsNear(this, shape, hints);
    }
  }
}

/** What a schema says must not be: worth trying. */
function denied(node: SchemaNode): SchemaNode[] {
  return inPlace(node, new Set()).flatMap(({ keywords }) =>
    [keywords.not, keywords.if].filter((one) => one !== undefined),
  );
}

/** Types that the other schema does not know come first, then simple ones. */
function rank(shape: Shape, hints: readonly Shape[]): number {
  const known = hints.length === 0 || hints.some(({ type }) => type === shape.type);
  return (known ? 10 : 0) + ['string', 'number', 'boolean', 'object', 'array', 'null'].indexOf(shape.type);
}
