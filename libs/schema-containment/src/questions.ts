import type { Json } from './json.ts';
import type { SchemaNode } from './node.ts';

/** Questions about the parts of a value that deciding about the whole value needs answered. */
export interface Questions {
  /** True when it is proven that no value fits all of the schemas. */
  impossible(nodes: readonly SchemaNode[]): boolean;
  /** The values that fit all of the schemas, when they are known and few. */
  few(nodes: readonly SchemaNode[]): readonly Json[] | undefined;
  /** Whether a value is valid; `undefined` when that cannot be told. */
  accepts(node: SchemaNode, value: Json): boolean | undefined;
  /** The schema of these strings; the same one for the same strings. */
  oneOfStrings(values: readonly string[]): SchemaNode;
}
