import {
  Containment,
  type Direction,
  type Json,
  type JsonObject,
  Judge,
  makeNode,
  sameText,
  type SchemaNode,
  SchemaWorld,
} from '@enrollkit/schema-containment';

import { flat, pairs } from './align.ts';
import { places, type SchemaChange } from './change.ts';
import { Comparison } from './compare.ts';
import { reasonOf, rules, twinsBelow, writtenDifferently } from './rules.ts';
import type { Twin } from './change.ts';
import { valueAlong } from './value-along.ts';
import { keyOf, Traversal } from './traverse.ts';
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

/** A shared schema shows in many bodies: in so many a value is looked for before the change is undecided. */
const tryLimit = 3;
/** Searches through a whole schema that found no value, in one comparison of documents. */
const fruitlessLimit = 8;

interface Proof {
  readonly result: Pick<SchemaChange, 'severity' | 'witness'>;
  readonly witness: Json | undefined;
  readonly tries: number;
  /** Steps from the whole value to the place of the witness. */
  readonly depth: number;
}

/** The two schemas of a whole body or parameter. */
interface Ends {
  readonly sender: SchemaNode;
  readonly receiver: SchemaNode;
  readonly use: Use;
}

/** Compares schemas of two documents; remembers what it compared. */
export class SchemaComparer {
  readonly #worlds: { readonly base: SchemaWorld; readonly revision: SchemaWorld };
  readonly #judge = new Judge();
  readonly #comparisons: Readonly<Record<Direction, Comparison>>;
  readonly #letter: Readonly<Record<Direction, Comparison>>;
  readonly #walks = new Map<string, Traversal<Twin>>();
  /** What was found out about a change that shows in many places. */
  readonly #proofs = new Map<string, Proof>();
  #fruitless = 0;

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
    const twin = this.twin(base, revision, use);
    const [sender, receiver] = ordered(twin, use.direction);
    const comparison = this.#comparisons[use.direction];
    const refusals = comparison.refusals(sender, receiver);
    const ends: Ends = { sender, receiver, use };
    const proven = refusals.flatMap((change) => this.#proven(change, ends));
    const rest = this.#walk(use)
      .from(twin)
      .flatMap((change) => this.#proven(change, ends));
    const unexplained = proven.length === 0 && !comparison.containment.contained([sender], receiver);
    return [...proven, ...(unexplained ? [this.#whole(ends)] : []), ...rest];
  }

  /** The change with a value of the whole that shows it; nothing when it is proven that none does. */
  #proven({ claim, ...change }: SchemaChange, { sender, receiver, use }: Ends): SchemaChange[] {
    if (claim === undefined) return [change];
    const key = `${use.direction} ${use.text} ${keyOf(change)}`;
    const known = this.#proofs.get(key);
    const depth = claim.passages.length;
    if (known !== undefined && (known.witness === undefined ? known.tries >= tryLimit : known.depth <= depth))
      return [{ ...change, ...known.result }];
    const missed = claim.passages.reduceRight((part, { lift }) => lift(part), claim.demand);
    const { containment } = (claim.byRule === true ? this.#letter : this.#comparisons)[use.direction];
    const value =
      valueAlong(containment, claim, { sender, receivers: [receiver, missed] }) ??
      (claim.byRule === true ? undefined : this.#valueOfWhole(sender, [receiver, missed], use));
    if (claim.byRule !== true && value === undefined && containment.covered(sender, [receiver, missed]))
      return [];
    const shown = value !== undefined || containment.certainlyMissed(sender, [receiver, missed]);
    const severity = claim.byRule === true ? change.severity : shown ? 'breaking' : 'undecided';
    const result = { severity, ...(value === undefined ? {} : { witness: { value } }) };
    this.#proofs.set(key, { result, witness: value, tries: (known?.tries ?? 0) + 1, depth });
    return [{ ...change, ...result }];
  }

  /** A value searched for in the whole schema at once, until too many of such searches came to nothing. */
  #valueOfWhole(sender: SchemaNode, receivers: readonly SchemaNode[], { direction }: Use): Json | undefined {
    if (this.#fruitless >= fruitlessLimit) return undefined;
    const value =
      this.#comparisons[direction].containment.counterexample(sender, receivers) ??
      this.#letter[direction].containment.counterexample(sender, receivers);
    if (value === undefined) this.#fruitless += 1;
    return value;
  }

  /** For a break that no single place explains. */
  #whole({ sender, receiver, use }: Ends): SchemaChange {
    const value = this.#comparisons[use.direction].containment.counterexample(sender, [receiver]);
    return {
      kind: 'schema',
      severity: value === undefined ? 'undecided' : 'breaking',
      path: '',
      ...places(receiver, sender),
      message: use.direction === 'request' ? 'accepts less than before' : 'may hold more than before',
      ...(value === undefined ? {} : { witness: { value } }),
    };
  }

  #walk(mode: Use): Traversal<Twin> {
    const key = `${mode.direction} ${mode.text}`;
    const known =
      this.#walks.get(key) ??
      new Traversal<Twin>(
        ({ base, revision }) => `${base.id}>${revision.id}`,
        (twin) => ({ changes: this.#rules(twin, mode), next: twinsBelow(twin) }),
        (twin) => ordered(twin, mode.direction)[0],
      );
    this.#walks.set(key, known);
    return known;
  }

  /** The node of a schema, for questions about one pair. */
  twin(base: WrittenSchema, revision: WrittenSchema, use: Use): Twin {
    return {
      base: this.#worlds.base.node(base.raw, base.pointer, use),
      revision: this.#worlds.revision.node(revision.raw, revision.pointer, use),
    };
  }

  /** False when it is proven that no value of the schema is of the type. */
  mayBe(
    schema: WrittenSchema,
    type: 'array' | 'object',
    { side, ...use }: Use & { readonly side: 'base' | 'revision' },
  ): boolean {
    const node = this.#worlds[side].node(schema.raw, schema.pointer, use);
    return !this.#letter[use.direction].containment.impossible([node, makeNode(node, { types: [type] })]);
  }

  #rules(twin: Twin, mode: Use): readonly SchemaChange[] {
    const found = rules.flatMap((rule) => rule(twin, mode.direction));
    const variants = variantChanges(this.#comparisons[mode.direction].containment, twin, mode.direction);
    if (variants.length > 0) return [...found, ...variants];
    const cleared = this.#cleared(twin, mode);
    return [
      ...found,
      ...cleared,
      ...(found.length + cleared.length > 0 ? [] : this.#undescribed(twin, mode)),
    ];
  }

  /**
   * The deepest places where the words differ and the meaning does not, or where more is allowed than before.
   */
  #cleared(twin: Twin, mode: Use): readonly SchemaChange[] {
    const same = sameText(twin.base, twin.revision);
    if (same && !writtenDifferently(twin)) return [];
    if (!same && differsBelow(twin)) return [];
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

  /**
   * What is demanded of properties that the sender's schema does not describe: nobody is known to send them.
   */
  #undescribed(twin: Twin, mode: Use): readonly SchemaChange[] {
    if (sameText(twin.base, twin.revision) || differsBelow(twin)) return [];
    const [sender, receiver] = ordered(twin, mode.direction);
    const reads = (comparison: Comparison): boolean => comparison.containment.contained([sender], receiver);
    if (reads(this.#letter[mode.direction]) || !reads(this.#comparisons[mode.direction])) return [];
    return [
      {
        kind: 'undescribed',
        severity: 'info',
        path: '',
        ...places(twin.base, twin.revision),
        message:
          mode.direction === 'request'
            ? 'refuses more than before, but only with properties that the base does not describe'
            : 'lets more through than before, but only with properties that the revision does not describe',
      },
    ];
  }
}

/** True when a part of the two schemas differs, and not only they themselves. */
function differsBelow({ base, revision }: Twin): boolean {
  return pairs(flat(base), flat(revision)).some(({ sender, receiver }) => !sameText(sender, receiver));
}

function ordered(
  { base, revision }: Twin,
  direction: Direction,
): readonly [sender: SchemaNode, receiver: SchemaNode] {
  return direction === 'request' ? [base, revision] : [revision, base];
}
