import { complement } from './literals.ts';
import type { SchemaNode } from './node.ts';
import type { Questions } from './questions.ts';
import { type ArrayShape, type Contains, itemSchemas } from './shape.ts';

/** Which items an array needs so that every demand (`contains` and the like) is met as often as it asks. */

/**
 * Positions that differ, lengths tried, demands counted together, kinds of items by the demands they meet,
 * the highest count, states kept for one length, and steps from state to state. Beyond, nothing is known.
 */
const limits = {
  positions: 40,
  lengths: 300,
  demands: 12,
  kinds: 48,
  count: 60,
  states: 4000,
  steps: 600_000,
};

/** How long the array can be, and how many positions differ from those after them. */
export interface Extent {
  readonly longest: number;
  readonly prefix: number;
}

/** For one length: which demands each item meets (1) and which it does not (0). */
export type Plan = readonly (readonly number[])[];

/** Which of the demands an item meets, and the schemas it fits then. */
interface Kind {
  readonly bits: readonly number[];
  readonly nodes: readonly SchemaNode[];
  /** So many different items there are of the kind. */
  readonly most: number;
}

/** How often each demand is met by the items so far, and how many of them are of each kind. */
interface State {
  readonly met: readonly number[];
  readonly used: readonly number[];
  readonly before?: State;
  readonly kind?: readonly number[];
}

/** Plans for the shortest lengths, one for each. `'unknown'`: there are too many to tell. */
export function* plansOf(
  shape: ArrayShape,
  { longest, prefix }: Extent,
  questions: Questions,
): Generator<Plan | 'unknown'> {
  const { contains } = shape;
  const caps = contains.map(({ min, max }) => (max === Infinity ? min : max + 1));
  const kinds = contains.length > limits.demands ? undefined : kindsOf(shape, prefix, questions);
  if (kinds === undefined || caps.some((cap) => cap > limits.count)) {
    yield 'unknown';
    return;
  }
  let steps = 0;
  let level = new Map<string, State>([['', { met: caps.map(() => 0), used: [] }]]);
  for (let length = 0; length <= longest; length += 1) {
    const end = [...level.values()].find(({ met }) => meets(met, contains));
    if (length >= shape.minItems && end !== undefined) yield planTo(end);
    if (length > limits.lengths || level.size > limits.states || steps > limits.steps) {
      yield 'unknown';
      return;
    }
    const next = new Map<string, State>();
    for (const state of level.values())
      for (const after of stepsFrom(
        state,
        { kinds: kinds[Math.min(length, prefix)] ?? [], counted: length >= prefix },
        caps,
      )) {
        steps += 1;
        const key = `${after.met.join()};${after.used.join()}`;
        if (!next.has(key)) next.set(key, after);
      }
    const same = next.size === level.size && [...next.keys()].every((key) => level.has(key));
    if (next.size === 0 || (same && length >= prefix && length >= shape.minItems && end === undefined))
      return;
    level = next;
  }
}

/** The states with one item more, of each kind of which there is another one. */
function* stepsFrom(
  state: State,
  { kinds, counted }: { readonly kinds: readonly Kind[]; readonly counted: boolean },
  caps: readonly number[],
): Generator<State> {
  for (const [place, { bits, most }] of kinds.entries()) {
    const isFew = counted && most < Infinity;
    const used = state.used[place] ?? 0;
    if (isFew && used >= most) continue;
    yield {
      met: state.met.map((count, index) => Math.min(count + (bits[index] ?? 0), caps[index] ?? 0)),
      used: isFew ? kinds.map((_, other) => (state.used[other] ?? 0) + Number(other === place)) : state.used,
      before: state,
      kind: bits,
    };
  }
}

function planTo(end: State): Plan {
  const kinds: (readonly number[])[] = [];
  for (let state: State | undefined = end; state?.kind !== undefined; state = state.before)
    kinds.unshift(state.kind);
  return kinds;
}

function meets(met: readonly number[], contains: readonly Contains[]): boolean {
  return contains.every(({ min, max }, index) => (met[index] ?? 0) >= min && (met[index] ?? 0) <= max);
}

/**
 * For each position that differs, and those after them: the kinds of items. `undefined`: there are too many.
 */
function kindsOf(shape: ArrayShape, prefix: number, questions: Questions): readonly Kind[][] | undefined {
  if (prefix > limits.positions) return undefined;
  const kinds: Kind[][] = [];
  for (let index = 0; index <= prefix; index += 1) {
    const found = kindsAt(shape, index, questions);
    if (found === undefined) return undefined;
    kinds.push(found);
  }
  return kinds;
}

/** The combinations of demands that an item at the position can meet. */
function kindsAt(shape: ArrayShape, index: number, questions: Questions): Kind[] | undefined {
  let kinds: Omit<Kind, 'most'>[] = [{ bits: [], nodes: itemSchemas(shape, index) }];
  for (const { node, from } of shape.contains) {
    kinds = kinds
      .flatMap(({ bits, nodes }) =>
        index < from
          ? [{ bits: [...bits, 0], nodes }]
          : [
              { bits: [...bits, 0], nodes: [...nodes, complement(node)] },
              { bits: [...bits, 1], nodes: [...nodes, node] },
            ],
      )
      .filter(({ nodes }) => index < from || !questions.impossible(nodes));
    if (kinds.length > limits.kinds) return undefined;
  }
  return kinds.map((kind) => ({
    ...kind,
    most: shape.unique ? (questions.few(kind.nodes)?.length ?? Infinity) : Infinity,
  }));
}
