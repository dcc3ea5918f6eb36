import {
  type Direction,
  inPlace,
  isAny,
  isNever,
  type Containment,
  type SchemaNode,
} from '@enrollkit/schema-containment';

import { branches, type Flat, flat, pairBranches, variantName } from './align.ts';
import { places, type SchemaChange } from './change.ts';
import type { Twin } from './change.ts';

/**
 * Variants that come or go. Open objects accept each other's values, so acceptance alone would not see that a
 * union of cats and dogs now has birds: a variant is only covered by another that also names all its
 * properties.
 */
export function variantChanges(
  containment: Containment,
  { base, revision }: Twin,
  direction: Direction,
): SchemaChange[] {
  const [sender, receiver] =
    direction === 'request' ? [flat(base), flat(revision)] : [flat(revision), flat(base)];
  const sent = branches(sender);
  if (sent === undefined || isAny(receiver.node)) return [];
  if (!containment.contained([sender.node], receiver.node)) return [];
  const known = branches(receiver) ?? [receiver.node];
  const { unpaired } = pairBranches(sent, known);
  return unpaired
    .filter((variant) => !containment.impossible([sender.node, variant]))
    .filter((variant) => !known.some((other) => stands(containment, { variant, other, sender, receiver })))
    .map((variant) => {
      const name = variantName(variant);
      return {
        kind: direction === 'request' ? 'variant-removed' : 'variant-added',
        severity: 'undecided',
        path: '',
        ...places(variant, receiver.node),
        message:
          direction === 'request'
            ? `the variant ${name} is no longer described`
            : `the new variant ${name} may be sent`,
      };
    });
}

interface Standing {
  readonly variant: SchemaNode;
  readonly other: SchemaNode;
  readonly sender: Flat;
  readonly receiver: Flat;
}

/**
 * True when the other variant takes all values of this one, and all its properties by name; without names,
 * taking them is enough.
 */
function stands(containment: Containment, { variant, other, sender, receiver }: Standing): boolean {
  const shared = new Set([...receiver.properties.keys(), ...sender.properties.keys()]);
  const own = [...namesIn(variant)].filter((name) => !shared.has(name));
  if (own.length === 0) return true;
  const known = namesIn(other);
  return own.every((name) => known.has(name)) && containment.contained([sender.node, variant], other);
}

/** Every property that a schema names for the value itself. */
function namesIn(node: SchemaNode): Set<string> {
  return new Set(
    inPlace(node, new Set()).flatMap(({ keywords }) =>
      [...(keywords.properties ?? [])].flatMap(([name, schema]) => (isNever(schema) ? [] : [name])),
    ),
  );
}
