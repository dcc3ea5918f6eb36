import type { Json } from './json.ts';
import { Judge } from './judge.ts';
import { SchemaWorld } from './lower.ts';
import type { SchemaNode } from './node.ts';
import { Prover, type Reading } from './prover.ts';
import { WitnessSearch } from './witness.ts';

/** Whether every value of one schema is valid under another. */
export type Answer =
  /** Proven: there is no counterexample. */
  | { readonly verdict: 'contained' }
  /** A value that the first schema accepts and the second refuses, as small as was found; ajv judged both. */
  | { readonly verdict: 'not-contained'; readonly counterexample: Json }
  /** Neither a proof nor a counterexample was found within the limits. */
  | { readonly verdict: 'undecided' };

/** Settings of a question about two schemas. */
export interface Options {
  /** The version of OpenAPI whose dialect both schemas are written in, such as `3.0.3`. Default: JSON Schema 2020-12. */
  readonly openapi?: string;
}

const letter: Reading = { undeclaredStaysUnsent: false };

/** Says whether every value that is valid under `first` is valid under `second`. References lead into their own schema. */
export function compareSchemas(first: Json, second: Json, { openapi = '3.1.0' }: Options = {}): Answer {
  const containment = new Containment(letter);
  const node = (schema: Json, side: 'base' | 'revision'): SchemaNode =>
    new SchemaWorld({ openapi, schema }, side).node(schema, '/schema', {
      direction: 'request',
      text: false,
      variants: 'one',
    });
  return containment.answer(node(first, 'base'), node(second, 'revision'));
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
    this.#witnesses = new WitnessSearch(judge, reading);
  }

  /** A proof, a counterexample, or neither. */
  answer(sender: SchemaNode, receiver: SchemaNode): Answer {
    if (this.contained([sender], receiver)) return { verdict: 'contained' };
    const counterexample = this.counterexample(sender, receiver);
    return counterexample === undefined
      ? { verdict: 'undecided' }
      : { verdict: 'not-contained', counterexample };
  }

  /** True when whatever fits all `senders` is proven to fit `receiver`; false when no proof was found. */
  contained(senders: readonly SchemaNode[], receiver: SchemaNode): boolean {
    return this.#prover.contained(senders, receiver);
  }

  /** The smallest value found that fits `sender` and not `receiver`; `undefined` when none was found. */
  counterexample(sender: SchemaNode, receiver: SchemaNode): Json | undefined {
    return this.#witnesses.find(sender, receiver);
  }

  /** Whether a value is valid; `undefined` when that cannot be told. */
  accepts(node: SchemaNode, value: Json): boolean | undefined {
    return this.#judge.accepts(node, value);
  }
}
