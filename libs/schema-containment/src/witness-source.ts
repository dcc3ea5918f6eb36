import type { Json } from './json.ts';
import type { SchemaNode } from './node.ts';
import type { Reading } from './prover.ts';

/** Makes values that fit some schemas, those first that another schema may refuse. */
export interface Source {
  readonly reading: Reading;
  /** The simplest value, or `undefined` when none was found. */
  simplest(nodes: readonly SchemaNode[]): Json | undefined;
  /** Values for all `nodes`, near the edges of `against`. */
  near(nodes: readonly SchemaNode[], against: readonly SchemaNode[]): readonly Json[];
}
