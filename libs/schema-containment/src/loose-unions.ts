import { complement } from './literals.ts';
import { makeNode, type SchemaNode } from './node.ts';
import { areTagged } from './tags.ts';

/**
 * Finds the `oneOf` that is meant as `anyOf`, where properties that a sender does not declare stay unsent.
 */
export class LooseUnions {
  readonly #known = new WeakMap<SchemaNode, SchemaNode | undefined>();
  readonly #impossible: (nodes: readonly SchemaNode[]) => boolean;

  /** `impossible`: true when it is proven that no value fits all of the schemas. */
  constructor(impossible: (nodes: readonly SchemaNode[]) => boolean) {
    this.#impossible = impossible;
  }

  /**
   * Where a variant with only the properties that it declares always fits another variant, too, `oneOf` to
   * the letter would refuse the very values it describes: what is meant is `anyOf`. `undefined`: the letter
   * is meant.
   */
  of(node: SchemaNode): SchemaNode | undefined {
    if (node.keywords.oneOf === undefined || areTagged(node.keywords.oneOf)) return undefined;
    if (this.#known.has(node)) return this.#known.get(node);
    this.#known.set(node, undefined);
    const { oneOf = [], anyOf, ...rest } = node.keywords;
    const meant = oneOf.some(
      (variant, index) =>
        variant.keywords.properties !== undefined &&
        this.#impossible([variant, ...oneOf.filter((_, other) => other !== index).map(complement)]) &&
        !this.#impossible([variant]),
    );
    if (!meant) return undefined;
    const union = makeNode(node, { anyOf: oneOf });
    const loose =
      anyOf === undefined
        ? makeNode(node, { ...rest, anyOf: oneOf })
        : makeNode(node, { ...rest, anyOf, allOf: [...(rest.allOf ?? []), union] });
    this.#known.set(node, loose);
    return loose;
  }
}
