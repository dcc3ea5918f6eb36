import {
  Containment,
  type Direction,
  type Json,
  type JsonObject,
  Judge,
  type Mode,
  sameText,
  type SchemaNode,
  SchemaWorld,
} from '@enrollkit/schema-containment';

import { flat, pairs } from './align.ts';
import { places, type SchemaChange } from './change.ts';
import { Comparison } from './compare.ts';
import { reasonOf, rules, saysOneOf, type Twin, twinsBelow, writtenDifferently } from './rules.ts';
import { Traversal } from './traverse.ts';
import { variantChanges } from './variants.ts';

/** A schema as it is written, in one of the two documents. */
export interface WrittenSchema {
  readonly raw: Json | undefined;
  readonly pointer: string;
}

/** Where a schema is used. */
export interface Use {
  readonly direction: Direction;
  /** The value travels as text. */
  readonly text: boolean;
}

/** Compares schemas of two documents; remembers what it compared. */
export class SchemaComparer {
  readonly #worlds: { readonly base: SchemaWorld; readonly revision: SchemaWorld };
  readonly #judge = new Judge();
  readonly #comparisons: Readonly<Record<Direction, Comparison>>;
  readonly #letter: Readonly<Record<Direction, Comparison>>;
  readonly #walks = new Map<string, Traversal<Twin>>();

  constructor(base: JsonObject, revision: JsonObject) {
    this.#worlds = { base: new SchemaWorld(base, 'base'), revision: new SchemaWorld(revision, 'revision') };
    const make = (undeclaredStaysUnsent: boolean): Readonly<Record<Direction, Comparison>> => ({
      request: new Comparison(new Containment({ undeclaredStaysUnsent }, this.#judge), 'request'),
      response: new Comparison(new Containment({ undeclaredStaysUnsent }, this.#judge), 'response'),
    });
    this.#comparisons = make(true);
    this.#letter = make(false);
  }

  /** Everything that differs between two schemas that stand for each other, most important first. */
  compare(base: WrittenSchema, revision: WrittenSchema, use: Use): readonly SchemaChange[] {
    const mode: Mode = { ...use, variants: 'any' };
    const twin = {
      base: this.#worlds.base.node(base.raw, base.pointer, mode),
      revision: this.#worlds.revision.node(revision.raw, revision.pointer, mode),
    };
    const [sender, receiver] = ordered(twin, use.direction);
    const refusals = this.#comparisons[use.direction].refusals(sender, receiver);
    return [...refusals, ...this.#walk(mode).from(twin)];
  }

  #walk(mode: Mode): Traversal<Twin> {
    const key = `${mode.direction} ${mode.text}`;
    const known =
      this.#walks.get(key) ??
      new Traversal<Twin>(
        ({ base, revision }) => `${base.id}>${revision.id}`,
        (twin) => ({ changes: this.#rules(twin, mode), next: twinsBelow(twin) }),
      );
    this.#walks.set(key, known);
    return known;
  }

  /** The node of a schema, for questions about one pair. */
  twin(base: WrittenSchema, revision: WrittenSchema, use: Use): Twin {
    const mode: Mode = { ...use, variants: 'any' };
    return {
      base: this.#worlds.base.node(base.raw, base.pointer, mode),
      revision: this.#worlds.revision.node(revision.raw, revision.pointer, mode),
    };
  }

  #rules(twin: Twin, mode: Mode): readonly SchemaChange[] {
    const found = rules
      .flatMap((rule) => rule(twin, mode.direction))
      .map((change) => this.#prove(change, twin, mode));
    const variants = variantChanges(this.#comparisons[mode.direction].containment, twin, mode.direction);
    return [
      ...found,
      ...variants,
      ...this.#oneOf(twin, mode),
      ...(variants.length > 0 ? [] : this.#cleared(twin, mode)),
    ];
  }

  /** A property that is not described any more can hold anything: that is the proof that it was removed. */
  #prove(change: SchemaChange, twin: Twin, mode: Mode): SchemaChange {
    if (change.kind !== 'property-removed' || mode.direction !== 'response') return change;
    const value = this.#letter.response.containment.counterexample(twin.revision, twin.base);
    return value === undefined ? change : { ...change, witness: { value } };
  }

  /** Where `oneOf` is new, it may refuse what fits two variants. Only said with a value that proves it. */
  #oneOf(twin: Twin, mode: Mode): readonly SchemaChange[] {
    const [sender, receiver] = ordered(twin, mode.direction);
    const comparison = this.#comparisons[mode.direction];
    if (!saysOneOf(receiver) || saysOneOf(sender) || !comparison.containment.contained([sender], receiver))
      return [];
    const [own, wanted] = [this.#toTheLetter(sender, mode), this.#toTheLetter(receiver, mode)];
    if (comparison.containment.contained([own], wanted)) return [];
    const value = comparison.containment.counterexample(own, wanted);
    if (value === undefined) return [];
    const message =
      mode.direction === 'request'
        ? 'oneOf refuses what fits two of its variants'
        : 'what fits two variants may be sent now; oneOf excluded it';
    return [
      {
        kind: 'one-of',
        severity: 'breaking',
        path: '',
        ...places(twin.base, twin.revision),
        message,
        witness: { value },
      },
    ];
  }

  #toTheLetter(node: SchemaNode, mode: Mode): SchemaNode {
    return this.#worlds[node.side].node(node.raw, node.pointer, { ...mode, variants: 'one' });
  }

  /** The deepest places where the words differ and the meaning does not, or where more is allowed than before. */
  #cleared(twin: Twin, mode: Mode): readonly SchemaChange[] {
    const same = sameText(twin.base, twin.revision);
    if (same && !writtenDifferently(twin)) return [];
    if (
      !same &&
      pairs(flat(twin.base), flat(twin.revision)).some(({ sender, receiver }) => !sameText(sender, receiver))
    )
      return [];
    const [sender, receiver] = ordered(twin, mode.direction);
    const { containment } = this.#letter[mode.direction];
    if (!same && !containment.contained([sender], receiver)) return [];
    const equal = same || containment.contained([receiver], sender);
    const at = { path: '', ...places(twin.base, twin.revision) };
    if (!equal)
      return [
        {
          kind: mode.direction === 'request' ? 'accepts-more' : 'sends-less',
          severity: 'safe',
          ...at,
          message: mode.direction === 'request' ? 'accepts all it did, and more' : 'sends nothing new',
        },
      ];
    return [
      {
        kind: 'same-meaning',
        severity: 'safe',
        ...at,
        message: 'written differently, means the same',
        clearedBecause: reasonOf(twin),
      },
    ];
  }
}

function ordered(
  { base, revision }: Twin,
  direction: Direction,
): readonly [sender: SchemaNode, receiver: SchemaNode] {
  return direction === 'request' ? [base, revision] : [revision, base];
}
