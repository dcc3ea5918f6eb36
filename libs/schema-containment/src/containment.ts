import type { Json } from './json.ts';
import { Judge } from './judge.ts';
import { complement } from './literals.ts';
import { SchemaWorld } from './lower.ts';
import type { SchemaNode } from './node.ts';
import { Prover, type Reading } from './prover.ts';
import { WitnessSearch } from './witness.ts';

/** Whether every value of one schema is valid under another. */
export type Answer =
  /** Proven: there is no counterexample. */
  | { readonly verdict: 'contained' }
  /**
   * A value that the first schema accepts and the second refuses, as small as was found, judged under both.
   * Missing where it is certain that there is one and it is too large to write down.
   */
  | { readonly verdict: 'not-contained'; readonly counterexample?: Json }
  /** Neither a proof nor a counterexample was found within the limits. */
  | { readonly verdict: 'undecided' };

/** Settings of a question about two schemas. */
export interface Options {
  /**
   * The version of OpenAPI whose dialect both schemas are written in, such as `3.0.3`. Default: JSON Schema.
   */
  readonly openapi?: string;
}

const letter: Reading = { undeclaredStaysUnsent: false };

/**
 * Says whether every value that is valid under `first` is valid under `second`. References lead into their
 * own schema; what lies behind one that leads elsewhere is unknown.
 */
export function compareSchemas(first: Json, second: Json, options: Options = {}): Answer {
  const node = (schema: Json, side: 'base' | 'revision'): SchemaNode =>
    new SchemaWorld(schema, side, options.openapi).node(schema, '', {
      direction: 'any',
      text: false,
    });
  return withinStack(() => new Containment(letter).answer(node(first, 'base'), node(second, 'revision')), {
    verdict: 'undecided',
  });
}

/** Answers questions about schemas that were read by `SchemaWorld`, and remembers what it proved. */
export class Containment {
  readonly reading: Reading;
  readonly #judge: Judge;
  readonly #prover: Prover;
  readonly #witnesses: WitnessSearch;

  constructor(reading: Reading, judge: Judge = new Judge()) {
    this.reading = reading;
    this.#judge = judge;
    this.#prover = new Prover(judge, reading);
    this.#witnesses = new WitnessSearch(this.#prover);
  }

  /** A proof, a counterexample, or neither. */
  answer(sender: SchemaNode, receiver: SchemaNode): Answer {
    return withinStack(() => this.#answer(sender, receiver), { verdict: 'undecided' });
  }

  #answer(sender: SchemaNode, receiver: SchemaNode): Answer {
    if (this.contained([sender], receiver)) return { verdict: 'contained' };
    const counterexample = this.counterexample(sender, [receiver]);
    if (counterexample !== undefined) return { verdict: 'not-contained', counterexample };
    return this.certainlyMissed(sender, [receiver]) ? { verdict: 'not-contained' } : { verdict: 'undecided' };
  }

  /** True when whatever fits all `senders` is proven to fit `receiver`; false when no proof was found. */
  contained(senders: readonly SchemaNode[], receiver: SchemaNode): boolean {
    return withinStack(() => this.#prover.contained(senders, receiver), false);
  }

  /** True when it is proven that no value fits all of the schemas. */
  impossible(nodes: readonly SchemaNode[]): boolean {
    return withinStack(() => this.#prover.impossible(nodes), false);
  }

  /** True when it is proven that every value that fits `sender` fits at least one of the receivers. */
  covered(sender: SchemaNode, receivers: readonly SchemaNode[]): boolean {
    return this.impossible([sender, ...receivers.map(complement)]);
  }

  /**
   * The smallest value found that fits `sender` and none of the receivers; `undefined` when none was found.
   */
  counterexample(sender: SchemaNode, receivers: readonly SchemaNode[]): Json | undefined {
    return withinStack(() => this.#witnesses.find(sender, receivers), undefined);
  }

  /** A simple value that fits all of the schemas; `undefined` when none was found. */
  example(nodes: readonly SchemaNode[]): Json | undefined {
    return withinStack(() => this.#witnesses.example(nodes), undefined);
  }

  /**
   * The value made as small as it can be and still fit `sender` and none of the receivers; `undefined` when
   * it does not.
   */
  smallest(value: Json, sender: SchemaNode, receivers: readonly SchemaNode[]): Json | undefined {
    return withinStack(() => this.#witnesses.smallest(value, sender, receivers), undefined);
  }

  /**
   * True when it is certain that a value fits `sender` and none of the receivers, however large it may be.
   */
  certainlyMissed(sender: SchemaNode, receivers: readonly SchemaNode[]): boolean {
    return withinStack(() => this.#witnesses.certain(sender, receivers), false);
  }

  /** Whether a value is valid; `undefined` when that cannot be told. */
  accepts(node: SchemaNode, value: Json): boolean | undefined {
    return withinStack(() => this.#judge.accepts(node, value), undefined);
  }
}

/** What `run` gives; what is nested too deeply for the stack is not decided. */
function withinStack<T>(run: () => T, undecided: T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) return undecided;
    throw error;
  }
}
