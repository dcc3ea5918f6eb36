import {
  complement,
  type Containment,
  type Json,
  makeNode,
  type SchemaNode,
} from '@enrollkit/schema-containment';

import type { Claim } from './change.ts';

/** A value of the whole, built around the part that a change is about. */

/** The sender's schema of the whole value, and the schemas that must refuse it. */
interface Whole {
  readonly sender: SchemaNode;
  readonly receivers: readonly SchemaNode[];
}

/**
 * The smallest part that misses the demand, then step by step outwards the smallest value that holds it.
 * `undefined` when that leads to no value that the sender's schema takes and all receivers refuse; another
 * one may still exist.
 */
export function valueAlong(
  containment: Containment,
  { demand, sender, passages }: Claim,
  whole: Whole,
): Json | undefined {
  const part = containment.counterexample(sender, [demand]);
  const value = passages.reduceRight<Json | undefined>((inner, { step, lift, sender: outer }) => {
    if (inner === undefined || step === '') return inner;
    const held = lift(makeNode(demand, { enum: [inner] }));
    const there = complement(lift(makeNode(demand, { never: true })));
    return containment.example([outer, held, there]);
  }, part);
  return value === undefined ? undefined : containment.smallest(value, whole.sender, whole.receivers);
}
