import { isMultiple, within } from './within.ts';
import { expandAll } from './expand.ts';
import { type Keywords, makeNode, type SchemaNode } from './node.ts';
import type { Prover } from './prover.ts';
import { namesOf, type NumberShape, type ObjectShape, propertySchemas, type Shape } from './shape.ts';

/** How often a shape is cut before giving up, and into how many pieces at once. */
const depthLimit = 3;
const pieceLimit = 40;

/** A shape that no single target holds, against several targets together. */
export interface Question {
  readonly shape: Shape;
  readonly targets: readonly Shape[];
  readonly receiver: SchemaNode;
  readonly depth: number;
}

/** True when the targets are proven to hold the shape piece by piece: `a` or `b`, there or not, below or above. */
export function coveredTogether(prover: Prover, question: Question): boolean {
  const { shape, targets, receiver, depth } = question;
  if (targets.length < 2 || depth >= depthLimit) return false;
  if (shape.type === 'boolean')
    return [true, false].every((value) => prover.judge.admits(receiver, value) === true);
  if (shape.type === 'number') return intervalsCover(prover, shape, targets);
  if (shape.type !== 'object') return false;
  return [...interesting(shape, targets)].some((name) => {
    const pieces = cut(shape, name, receiver);
    return (
      pieces.length > 1 &&
      pieces.length <= pieceLimit &&
      pieces.every((piece) => prover.covered(piece, receiver, depth + 1))
    );
  });
}

/** Properties on which the targets differ. */
function interesting(shape: ObjectShape, targets: readonly Shape[]): Set<string> {
  const objects = targets.filter((target): target is ObjectShape => target.type === 'object');
  const names = new Set([...namesOf(shape), ...objects.flatMap((target) => [...target.required])]);
  return new Set(
    [...names].filter((name) => {
      const says = objects.map(
        (target) =>
          `${target.required.has(name)} ${propertySchemas(target, name)
            .map(({ id }) => id)
            .join()}`,
      );
      return new Set(says).size > 1;
    }),
  );
}

/** The shape by what the property is: absent, or one of its values or types. */
function cut(shape: ObjectShape, name: string, like: SchemaNode): ObjectShape[] {
  const withProperty = (node: SchemaNode, required: boolean): ObjectShape => ({
    ...shape,
    required: required ? new Set([...shape.required, name]) : shape.required,
    layers: [...shape.layers, { props: new Map([[name, node]]), patterns: new Map(), evaluates: false }],
  });
  const absent = shape.required.has(name) ? [] : [withProperty(piece(like, { never: true }), false)];
  const kinds = expandAll(propertySchemas(shape, name), 'sender') ?? [];
  const parts = kinds.flatMap((kind): SchemaNode[] => {
    const values = kind.values ?? (kind.type === 'boolean' ? [true, false] : undefined);
    return values === undefined
      ? [piece(like, { types: [kind.type] })]
      : values.map((value) => piece(like, { enum: [value] }));
  });
  return [...absent, ...[...new Set(parts)].map((one) => withProperty(one, true))];
}

const pieces = new Map<string, SchemaNode>();

/** Always the same node for the same words, so that questions about it are recognised. */
function piece(like: SchemaNode, keywords: Keywords): SchemaNode {
  const key = `${like.text} ${JSON.stringify(keywords)}`;
  const known = pieces.get(key) ?? makeNode(like, keywords);
  pieces.set(key, known);
  return known;
}

/** Frees what is remembered. */
export function forgetPieces(): void {
  pieces.clear();
}

/** Whether intervals, laid end to end, leave no gap. */
function intervalsCover(prover: Prover, shape: NumberShape, targets: readonly Shape[]): boolean {
  const usable = targets.filter(
    (target): target is NumberShape =>
      target.type === 'number' &&
      target.values === undefined &&
      target.nots.length === 0 &&
      target.multiples.every((step) => shape.multiples.some((own) => isMultiple(own, step))),
  );
  const whole = shape.multiples.some(Number.isInteger);
  let [reached, closed] = [shape.min, shape.minOpen];
  for (const target of [...usable].sort((left, right) => left.min - right.min)) {
    const joins =
      target.min < reached ||
      (target.min === reached && (closed || !target.minOpen)) ||
      (whole && target.min <= reached + (closed ? 1 : 0));
    if (joins && (target.max > reached || (target.max === reached && !target.maxOpen)))
      [reached, closed] = [target.max, !target.maxOpen];
  }
  const end: NumberShape = { ...shape, min: reached, minOpen: closed };
  return (
    reached > shape.max ||
    (reached === shape.max && (closed || shape.maxOpen)) ||
    usable.some((target) => within(prover, end, target))
  );
}
