import { within } from './within.ts';
import { coveredTogether, forgetPieces } from './split.ts';
import { forgetTexts, sameText } from './equal.ts';
import { expand, expandAll, forgetShapes } from './expand.ts';
import type { Judge } from './judge.ts';
import { conjuncts, isAny, isNever, keyOf, makeNode, type SchemaNode } from './node.ts';
import { forgetNegations } from './negate.ts';
import { isVoid, itemSchemas, propertySchemas, type Shape } from './shape.ts';
import { matches } from './pattern.ts';

/** How an object that says nothing of a property is read. */
export interface Reading {
  /**
   * True: a sender does not send properties that its own schema does not name and the receiver's does. So a new optional
   * property breaks nobody, although before it any value under that name was valid. False: JSON Schema to the letter.
   */
  readonly undeclaredStaysUnsent: boolean;
}

/** Questions inside questions. Deeper, a proof would be of schemas made up on the way. */
const depthLimit = 150;
/** Steps of one question. Beyond, the answer is "cannot tell". */
const stepLimit = 60_000;

/**
 * Proves that everything one schema allows, another allows too. `true` is a proof; `false` only means that no proof was
 * found. Recursive schemas are compared coinductively: a pair met again below itself, deeper in the value, holds.
 */
export class Prover {
  readonly judge: Judge;
  readonly reading: Reading;
  readonly #proofs = new Map<string, boolean>();
  readonly #open = new Map<string, number>();
  readonly #emptiness = new Map<string, boolean>();
  /** Proofs that lean on questions still open, oldest first, with the outermost question each leans on. */
  readonly #leaning = new Map<string, number>();
  /** The outermost open question that the current answer leans on. */
  #leansOn = Number.POSITIVE_INFINITY;
  #steps = 0;
  /** How many questions for emptiness are open inside each other. */
  #asking = 0;

  constructor(judge: Judge, reading: Reading) {
    this.judge = judge;
    this.reading = reading;
  }

  /** True when whatever fits all `senders` is proven to fit `receiver`. */
  contained(senders: readonly SchemaNode[], receiver: SchemaNode): boolean {
    if (this.#open.size === 0) this.#steps = 0;
    if (
      isAny(receiver) ||
      senders.some((sender) => sender === receiver || isNever(sender) || sameText(sender, receiver))
    )
      return true;
    const key = `${keyOf(senders)}>${receiver.id}`;
    const known = this.#proofs.get(key);
    if (known !== undefined) {
      this.#leansOn = Math.min(this.#leansOn, this.#leaning.get(key) ?? Number.POSITIVE_INFINITY);
      return known;
    }
    const level = this.#open.get(key);
    if (level !== undefined) {
      this.#leansOn = Math.min(this.#leansOn, level);
      return true;
    }
    if (this.#open.size >= depthLimit) return false;
    return this.#ask(key, () => this.#prove(senders, receiver));
  }

  /** True when nothing is proven to fit all nodes. */
  empty(nodes: readonly SchemaNode[]): boolean {
    if (nodes.some(isNever)) return true;
    if (nodes.every(isAny)) return false;
    const key = keyOf(nodes);
    const known = this.#emptiness.get(key);
    if (known !== undefined) return known;
    if (this.#asking >= depthLimit) return false;
    this.#emptiness.set(key, false);
    this.#asking += 1;
    const verdict = expandAll(nodes, 'sender')?.every((shape) => this.emptyShape(shape, nodes)) ?? false;
    this.#asking -= 1;
    this.#emptiness.set(key, verdict);
    return verdict;
  }

  /** True when no value has this shape. */
  emptyShape(shape: Shape, nodes: readonly SchemaNode[] = []): boolean {
    if (isVoid(shape)) return true;
    if (shape.values !== undefined) return this.valuesOf(shape, nodes).length === 0;
    if (shape.type === 'object')
      return [...shape.required].some((name) => this.empty(propertySchemas(shape, name)));
    if (shape.type === 'array')
      return Array.from({ length: Math.min(shape.minItems, 20) }, (_, index) =>
        itemSchemas(shape, index),
      ).some((schemas) => this.empty(schemas));
    return false;
  }

  /** The values of a finite shape that really fit. */
  valuesOf(shape: Shape, nodes: readonly SchemaNode[]): readonly NonNullable<Shape['values']>[number][] {
    return (shape.values ?? []).filter(
      (value) =>
        nodes.every((node) => this.judge.admits(node, value) !== false) &&
        fitsShape(shape, value, this.judge),
    );
  }

  /** True when everything of this shape is proven to fit. `depth` bounds how often a shape is split. */
  covered(shape: Shape, receiver: SchemaNode, depth: number): boolean {
    this.#steps += 1;
    if (this.#steps > stepLimit) return false;
    if (isAny(receiver)) return true;
    if (this.emptyShape(shape)) return true;
    if (shape.values !== undefined)
      return this.valuesOf(shape, []).every((value) => this.judge.admits(receiver, value) === true);
    const parts = separable(receiver);
    if (parts !== undefined) return parts.every((part) => this.covered(shape, part, depth));
    const targets = expand(receiver, 'receiver');
    if (targets === undefined) return false;
    if (receiver.text && this.#fitsAsText(shape, { receiver, targets })) return true;
    const same = targets.filter(({ type }) => type === shape.type);
    return (
      same.some((target) => within(this, shape, target)) ||
      coveredTogether(this, { shape, targets: same, receiver, depth })
    );
  }

  /** A number or a truth value in text is a string there too. */
  #fitsAsText(
    shape: Shape,
    { receiver, targets }: { receiver: SchemaNode; targets: readonly Shape[] },
  ): boolean {
    if (shape.type === 'boolean')
      return [true, false].every((value) => this.judge.admits(receiver, value) === true);
    if (shape.type !== 'number') return false;
    if (targets.some(takesAnyText)) return true;
    const few = shape.multiples.some(Number.isInteger) && shape.max - shape.min <= 1000;
    return (
      few &&
      Array.from({ length: shape.max - shape.min + 1 }, (_, index) => shape.min + index).every(
        (value) => this.judge.admits(receiver, value) === true,
      )
    );
  }

  #prove(senders: readonly SchemaNode[], receiver: SchemaNode): boolean {
    const parts = separable(receiver);
    if (parts !== undefined) return parts.every((part) => this.contained(senders, part));
    if (this.#provenWhole(senders, receiver)) return true;
    const shapes = expandAll(senders, 'sender');
    return (
      shapes?.every((shape) =>
        shape.values === undefined
          ? this.covered(shape, receiver, 0)
          : this.valuesOf(shape, senders).every((value) => this.judge.admits(receiver, value) === true),
      ) ?? false
    );
  }

  /** Without taking anything apart: a part of the sender is enough, one variant takes it all, or each of its variants fits. */
  #provenWhole(senders: readonly SchemaNode[], receiver: SchemaNode): boolean {
    const own = senders.flatMap((sender) => conjuncts(sender));
    if (own.some((sender) => sameText(sender, receiver))) return true;
    const { anyOf, ...rest } = receiver.keywords;
    if (
      anyOf !== undefined &&
      Object.keys(rest).length === 0 &&
      anyOf.some((variant) => this.contained(senders, variant))
    )
      return true;
    return own.some(
      ({ keywords }) =>
        (keywords.anyOf ?? keywords.oneOf)?.every((variant) => this.contained([variant], receiver)) === true,
    );
  }

  /**
   * An answer may lean on questions that are still open. A proof that does is kept all the same, and forgotten when one
   * of the questions that were open below it turns out false.
   */
  #ask(key: string, prove: () => boolean): boolean {
    const [level, since, before] = [this.#open.size, this.#leaning.size, this.#leansOn];
    this.#leansOn = Number.POSITIVE_INFINITY;
    this.#open.set(key, level);
    const proven = prove();
    this.#open.delete(key);
    const leans = proven && this.#leansOn < level;
    if (!proven) this.#forgetSince(since);
    if (proven || this.#steps <= stepLimit) this.#proofs.set(key, proven);
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

/** Frees what is remembered about schemas of finished comparisons. */
export function forget(): void {
  forgetNegations();
  forgetPieces();
  separated.clear();
  forgetShapes();
  forgetTexts();
}

const separated = new Map<SchemaNode, readonly SchemaNode[] | undefined>();

/** A conjunction, taken apart: each part can be proven by itself. What is unevaluated depends on all parts together, and so does how text is read. */
function separable(node: SchemaNode): readonly SchemaNode[] | undefined {
  const { allOf, unevaluatedItems, unevaluatedProperties, ...rest } = node.keywords;
  if (
    allOf === undefined ||
    node.text ||
    unevaluatedItems !== undefined ||
    unevaluatedProperties !== undefined
  )
    return undefined;
  if (!separated.has(node))
    separated.set(node, [...allOf.filter((part) => part !== node), makeNode(node, rest)]);
  return separated.get(node);
}

function takesAnyText(shape: Shape): boolean {
  return (
    shape.type === 'string' &&
    shape.values === undefined &&
    shape.nots.length === 0 &&
    shape.minLength <= 1 &&
    shape.maxLength >= 64 &&
    shape.patterns.length === 0 &&
    shape.excluded.length === 0 &&
    shape.formats.length === 0 &&
    shape.contents.length === 0
  );
}

/** Whether a listed value has the shape's other constraints too, as far as they are cheap to see. */
function fitsShape(shape: Shape, value: NonNullable<Shape['values']>[number], judge: Judge): boolean {
  if (shape.nots.some((node) => judge.admits(node, value) === true)) return false;
  if (shape.type === 'number' && typeof value === 'number') {
    return (
      value >= shape.min &&
      value <= shape.max &&
      !(shape.minOpen && value === shape.min) &&
      !(shape.maxOpen && value === shape.max)
    );
  }
  if (shape.type === 'string' && typeof value === 'string') {
    const length = [...value].length;
    return (
      length >= shape.minLength &&
      length <= shape.maxLength &&
      !shape.patterns.some((pattern) => matches(pattern, value) === false) &&
      !shape.excluded.some((pattern) => matches(pattern, value) === true)
    );
  }
  return true;
}
