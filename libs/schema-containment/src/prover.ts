import { type Guide, type Query, shapesOf, TooManySteps } from './branches.ts';
import type { Json } from './json.ts';
import type { Judge } from './judge.ts';
import { complement } from './literals.ts';
import { LooseUnions } from './loose-unions.ts';
import { isAny, makeNode, type SchemaNode } from './node.ts';
import {
  contradicts,
  keyOf,
  mayShare,
  normalized,
  onlyUnion,
  separable,
  withNarrowUnions,
} from './queries.ts';
import type { Questions } from './questions.ts';
import { isShared, SharedQuestions } from './shared-questions.ts';
import { canonical, type Shape } from './shape.ts';
import { fewValues, isEmpty } from './shape-values.ts';

/** How an object that says nothing of a property is read. */
export interface Reading {
  /**
   * True: a sender does not send properties that its own schema does not name and the receiver's does. So a
   * new optional property breaks nobody, although before it any value under that name was valid. False: JSON
   * Schema to the letter.
   */
  readonly undeclaredStaysUnsent: boolean;
}

/**
 * Questions inside questions, steps of one question by itself and of one task with all questions inside it,
 * values looked at one by one, and schemas compared by their words. After many steps in all, a task has
 * fewer: large documents come to an end, too.
 */
const limits = {
  depth: 200,
  steps: 20_000,
  task: 400_000,
  held: 60_000,
  all: 2_000_000,
  lateTask: 20_000,
  few: 80,
  alike: 60,
};

/**
 * Proves that no value fits some schemas. `true` is a proof; `false` only means that no proof was found.
 * Recursive schemas are judged coinductively: a question met again below itself, deeper in the value, holds.
 */
export class Prover implements Questions {
  readonly judge: Judge;
  readonly reading: Reading;
  readonly #proofs = new Map<string, boolean>();
  #open = new Map<string, number>();
  readonly #shared = new SharedQuestions({
    search: (query) => this.#apart(query),
    forget: (keys) => {
      for (const key of keys) this.#proofs.delete(key);
    },
    exhausted: () => this.#exhausted(),
  });
  /** Proofs that lean on questions still open, oldest first, with the outermost question each leans on. */
  readonly #leaning = new Map<string, number>();
  readonly #few = new Map<string, readonly Json[] | undefined>();
  readonly #strings = new Map<string, SchemaNode>();
  readonly #looseUnions = new LooseUnions((nodes) => this.impossible(nodes));
  /** The outermost open question that the current answer leans on. */
  #leansOn = Infinity;
  #steps = 0;
  /** Steps of all tasks before this one. */
  #all = 0;
  #held = false;

  constructor(judge: Judge, reading: Reading) {
    this.judge = judge;
    this.reading = reading;
  }

  /** True when whatever fits all `senders` is proven to fit `receiver`. */
  contained(senders: readonly SchemaNode[], receiver: SchemaNode): boolean {
    return isAny(receiver) || this.impossible([...senders, complement(receiver)]);
  }

  /** True when it is proven that no value fits all of the schemas. */
  impossible(nodes: readonly SchemaNode[]): boolean {
    const query = normalized(nodes);
    if (query === undefined) return true;
    if (query.wanted.length === 0 && query.refused.length === 0) return false;
    const key = keyOf(query);
    const known = this.#proofs.get(key);
    if (known !== undefined) {
      this.#shared.reuse(key);
      this.#leansOn = Math.min(this.#leansOn, this.#leaning.get(key) ?? Infinity);
      return known;
    }
    const level = this.#open.get(key);
    if (level !== undefined) {
      this.#leansOn = Math.min(this.#leansOn, level);
      return true;
    }
    if (this.#shared.knows(key)) return this.#shared.ask(key, query);
    if (contradicts(query)) {
      this.#proofs.set(key, true);
      return true;
    }
    if (isShared(query)) return this.#shared.ask(key, query);
    this.#begin();
    if (this.#open.size >= limits.depth || this.#exhausted()) return false;
    return this.#ask(key, query);
  }

  /** The shapes that values have that fit all of the schemas, one after the other. */
  *shapes(nodes: readonly SchemaNode[]): Generator<Shape> {
    const query = normalized(nodes);
    if (query === undefined) return;
    this.#begin();
    try {
      for (const shape of shapesOf(query, this.#guide())) if (!this.#settledEmpty(shape, query)) yield shape;
    } catch (error) {
      if (!(error instanceof TooManySteps) && !(error instanceof RangeError)) throw error;
    }
  }

  few(nodes: readonly SchemaNode[]): readonly Json[] | undefined {
    const query = normalized(nodes);
    if (query === undefined) return [];
    if (query.wanted.length === 0) return undefined;
    const key = keyOf(query);
    if (this.#few.has(key)) return this.#few.get(key);
    this.#few.set(key, undefined);
    const [values, certain] = this.#shared.watch(() => this.#collect(query));
    if (certain) this.#few.set(key, values);
    else this.#few.delete(key);
    return values;
  }

  accepts(node: SchemaNode, value: Json): boolean | undefined {
    return this.judge.accepts(node, value);
  }

  oneOfStrings(values: readonly string[]): SchemaNode {
    const sorted = [...values].sort();
    const key = JSON.stringify(sorted);
    const known =
      this.#strings.get(key) ?? makeNode({ side: 'base', pointer: '', text: false }, { enum: sorted });
    this.#strings.set(key, known);
    return known;
  }

  /** Runs several questions as one task: what they cost together is bounded. */
  together<T>(run: () => T): T {
    if (this.#held) return run();
    this.#begin();
    this.#held = true;
    try {
      return run();
    } finally {
      this.#held = false;
    }
  }

  /** A new task begins with a question that is not inside another. */
  #begin(): void {
    if (this.#open.size > 0 || this.#held) return;
    this.#all += this.#steps;
    this.#steps = 0;
  }

  #exhausted(): boolean {
    const limit = this.#held ? limits.held : limits.task;
    return this.#steps > (this.#all > limits.all ? limits.lateTask : limit);
  }

  #guide(): Guide {
    let own = 0;
    return {
      undeclaredStaysUnsent: this.reading.undeclaredStaysUnsent,
      impossible: (nodes) => this.impossible(nodes),
      loosened: (node) => (this.reading.undeclaredStaysUnsent ? this.#looseUnions.of(node) : undefined),
      empty: (shape, checked) => isEmpty(shape, this, checked),
      step: () => {
        this.#steps += 1;
        own += 1;
        return own <= limits.steps && !this.#exhausted();
      },
    };
  }

  #collect(query: Query): readonly Json[] | undefined {
    const found = new Map<string, Json>();
    try {
      for (const shape of shapesOf(query, this.#guide())) {
        const values = fewValues(shape, this, limits.few);
        if (values === undefined) return undefined;
        for (const value of values) if (this.#mayFit(query, value)) found.set(canonical(value), value);
        if (found.size > limits.few) return undefined;
      }
    } catch (error) {
      if (error instanceof TooManySteps || error instanceof RangeError) return undefined;
      throw error;
    }
    return [...found.values()];
  }

  /** False when the value is judged not to answer the query. */
  #mayFit({ wanted, refused }: Query, value: Json): boolean {
    return (
      wanted.every((node) => this.judge.accepts(node, value) !== false) &&
      refused.every((node) => this.judge.accepts(node, value) !== true)
    );
  }

  /** A shape in which nothing is left open: with few values, each is judged. */
  #settledEmpty(shape: Shape, query: Query): boolean {
    return fewValues(shape, this, limits.few)?.every((value) => !this.#mayFit(query, value)) === true;
  }

  /** Answers a question about shared schemas without leaning on the questions that are open. */
  #apart(query: Query): boolean {
    this.#begin();
    const [open, leansOn] = [this.#open, this.#leansOn];
    this.#open = new Map([['', 0]]);
    try {
      return this.#search(query);
    } finally {
      this.#open = open;
      this.#leansOn = leansOn;
    }
  }

  #search(query: Query): boolean {
    const [refused, ...others] = query.refused;
    const parts = refused === undefined || others.length > 0 ? undefined : separable(refused);
    if (parts !== undefined)
      return parts.every((part) => this.impossible([...query.wanted, complement(part)]));
    const narrow = withNarrowUnions(query);
    if (narrow !== undefined) return this.impossible(narrow);
    const byVariants = this.#byVariants(query);
    if (byVariants !== undefined) return byVariants;
    try {
      for (const shape of shapesOf(query, this.#guide())) if (!this.#settledEmpty(shape, query)) return false;
      return true;
    } catch (error) {
      if (error instanceof TooManySteps || error instanceof RangeError) return false;
      throw error;
    }
  }

  /**
   * Questions about the variants of unions, one by one: a union is taken when each of its variants is, and a
   * variant that fits takes all. Shared schemas are judged once then, whatever unions they stand in.
   * `undefined`: that does not decide.
   */
  #byVariants({ wanted, refused }: Query): boolean | undefined {
    const union = wanted.find((node) => onlyUnion(node) !== undefined);
    if (union !== undefined) {
      const others = [...wanted.filter((other) => other !== union), ...refused.map(complement)];
      return onlyUnion(union)?.every((variant) => this.impossible([variant, ...others]));
    }
    const fits = (variant: SchemaNode): boolean =>
      mayShare(wanted, variant) && this.impossible([...wanted, complement(variant)]);
    return refused.some((node) => onlyUnion(node)?.some(fits) === true) ? true : undefined;
  }

  /**
   * An answer may lean on questions that are still open. A proof that does is kept all the same, and
   * forgotten when one of the questions that were open below it turns out false.
   */
  #ask(key: string, query: Query): boolean {
    const [level, since, before] = [this.#open.size, this.#leaning.size, this.#leansOn];
    this.#leansOn = Infinity;
    this.#open.set(key, level);
    let proven: boolean;
    try {
      proven = this.#shared.during(key, () => this.#search(query));
    } finally {
      this.#open.delete(key);
    }
    const leans = proven && this.#leansOn < level;
    if (!proven) this.#forgetSince(since);
    if (proven || !this.#exhausted()) this.#proofs.set(key, proven);
    if (leans) this.#leaning.set(key, this.#leansOn);
    this.#leansOn = leans ? Math.min(before, this.#leansOn) : before;
    if (level === 0) this.#leaning.clear();
    return proven;
  }

  #forgetSince(count: number): void {
    for (const key of [...this.#leaning.keys()].slice(count)) {
      this.#leaning.delete(key);
      this.#proofs.delete(key);
    }
  }
}
