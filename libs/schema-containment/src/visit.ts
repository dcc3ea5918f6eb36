import type { Json } from './json.ts';
import type { SchemaNode } from './node.ts';

/** Schemas inside each other for one and the same value. Beyond, nothing is said. */
const depthLimit = 200;

/**
 * Where a judgement stands. Each schema is asked once about each value, so a mesh of schemas that refer to
 * each other takes no longer than it has parts; one that is asked again while its answer is under way is a
 * circle, and cannot be told.
 */
export class Visit {
  readonly verdicts: Answers<boolean>;
  readonly evaluated: Answers<ReadonlySet<number | string>>;
  readonly #depth: number;

  constructor(from?: Visit, depth = 0) {
    this.verdicts = from?.verdicts ?? new Answers();
    this.evaluated = from?.evaluated ?? new Answers();
    this.#depth = depth;
  }

  /** True when there are too many schemas inside each other for the value. */
  get isTooDeep(): boolean {
    return this.#depth > depthLimit;
  }

  /** The visit of another schema that speaks of the same value. */
  inPlace(): Visit {
    return new Visit(this, this.#depth + 1);
  }

  /** The visit of a part of the value. */
  below(): Visit {
    return new Visit(this);
  }
}

/** Answers by schema and value; `undefined` where it cannot be told. */
class Answers<T> {
  readonly #known = new Map<SchemaNode, Map<Json, T | undefined>>();

  /** The answer given before, or a new one; `undefined` inside its own search. */
  once(node: SchemaNode, value: Json, search: () => T | undefined): T | undefined {
    const byValue = this.#known.get(node) ?? new Map<Json, T | undefined>();
    if (byValue.has(value)) return byValue.get(value);
    this.#known.set(node, byValue.set(value, undefined));
    const answer = search();
    byValue.set(value, answer);
    return answer;
  }
}
