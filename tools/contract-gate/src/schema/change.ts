import type { Json, SchemaNode } from '@enrollkit/schema-containment';

/** How sure and how bad a change is. */
export type Severity =
  /** Something that worked stops working, and a witness or the structure itself proves it. */
  | 'breaking'
  /** Neither a proof that something breaks nor one that nothing does was found. Counts as breaking. */
  | 'undecided'
  /** Different words, and nothing that worked stops working. */
  | 'safe'
  /** Worth knowing; says nothing about what is accepted. */
  | 'info';

/** One difference between two schemas that stand for each other. */
export interface SchemaChange {
  /** What changed: `required`, `max-length`, `property-removed`. */
  readonly kind: string;
  readonly severity: Severity;
  /** Where in the value, as a JSON Pointer below the compared schemas; `*` for any item or other property. */
  readonly path: string;
  /** Other paths of the same change in the same value. */
  readonly alsoAt?: readonly string[];
  readonly basePointer: string;
  readonly revisionPointer: string;
  readonly message: string;
  /** A value that the sender's side allows and the receiver's refuses. */
  readonly witness?: { readonly value: Json };
  readonly clearedBecause?: string;
  /** What is yet to be proven; gone once it is. */
  readonly claim?: Claim;
}

/** Says in a schema of the whole value what a schema says of a part of it. */
export type Lift = (part: SchemaNode) => SchemaNode;

/** One step from a value to a part of it, or to a variant of its schema (`''`). */
export interface Passage {
  readonly step: string;
  readonly lift: Lift;
  /** The sender's schema of the value that the step starts from. */
  readonly sender: SchemaNode;
}

/** A demand that the sender may miss, and where in the whole value it stands. */
export interface Claim {
  readonly demand: SchemaNode;
  /** The sender's schema of the value that the demand is about. */
  readonly sender: SchemaNode;
  /** From the outside to the inside. */
  readonly passages: readonly Passage[];
  /** The change is one by rule: a value that shows it is welcome, and not needed. */
  readonly byRule?: true;
}

/** Two nodes that stand for each other, base first. */
export interface Twin {
  readonly base: SchemaNode;
  readonly revision: SchemaNode;
}

/** The two places of a change. */
export function places(
  one: SchemaNode,
  other: SchemaNode,
  suffix: string = '',
): Pick<SchemaChange, 'basePointer' | 'revisionPointer'> {
  const [base, revision] = one.side === 'base' ? [one, other] : [other, one];
  return {
    basePointer: base.pointer + (one === base ? suffix : ''),
    revisionPointer: revision.pointer + (one === revision ? suffix : ''),
  };
}

/** A step as a segment of a JSON Pointer; `''` is no step. */
export function segment(step: string): string {
  return step === '' ? '' : `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The same change, seen from one step further out. */
export function below(step: string, change: SchemaChange): SchemaChange {
  return step === '' ? change : { ...change, path: segment(step) + change.path };
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = Array.isArray(value)
    ? value.map((item) => JSON.stringify(item)).join(', ')
    : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
