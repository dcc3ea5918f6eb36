import {
  complement,
  type Containment,
  type Direction,
  isNever,
  type Keywords,
  makeNode,
  type SchemaNode,
} from '@enrollkit/schema-containment';

import { branches, type Flat, flat, pairBranches, under, variantName } from './align.ts';
import { below, type Lift, places, type SchemaChange, shown } from './change.ts';
import { type Demand, demandsOf } from './demands.ts';
import { type Local, Traversal } from './traverse.ts';

/** The sender's schema and the receiver's. */
interface Exchange {
  readonly sender: SchemaNode;
  readonly receiver: SchemaNode;
}

type Here = Local<Exchange>;

/** In which places two schemas part, and what proves it. */
export class Comparison {
  readonly containment: Containment;
  readonly direction: Direction;
  readonly #places = new Traversal<Exchange>(
    ({ sender, receiver }) => `${sender.id}>${receiver.id}`,
    (pair) => this.#look(pair),
    ({ sender }) => sender,
  );

  constructor(containment: Containment, direction: Direction) {
    this.containment = containment;
    this.direction = direction;
  }

  /** Every place where the sender may send what the receiver refuses. Empty when all is accepted. */
  refusals(sender: SchemaNode, receiver: SchemaNode): readonly SchemaChange[] {
    return this.#places.from({ sender, receiver });
  }

  /** Demand by demand of all that the receiver says. */
  #look({ sender, receiver }: Exchange): Here {
    if (this.containment.contained([sender], receiver)) return nothing;
    const [own, other] = [flat(sender), flat(receiver)];
    const answers = other.parts.flatMap((part) =>
      demandsOf(part).map((demand) => this.#demand(own, { part, demand })),
    );
    const explained = answers.some(({ changes, next }) => changes.length > 0 || next.length > 0);
    const rest = other.parts.flatMap((part) => this.#unevaluated(own, part, explained));
    if (!explained && rest.length === 0 && receiver.text)
      rest.push(
        this.#change(own, {
          part: receiver,
          demand: { kind: 'schema', suffix: '', node: receiver, keys: ['types'] },
        }),
      );
    return {
      changes: [...answers.flatMap(({ changes }) => changes), ...rest],
      next: answers.flatMap(({ next }) => next),
    };
  }

  #demand(sender: Flat, { part, demand }: Asked): Here {
    const own = demand.kind === 'property' ? sender.properties.get(demand.part?.step ?? '') : undefined;
    if (own !== undefined && demand.part !== undefined && this.containment.contained([own], demand.part.node))
      return nothing;
    if (this.containment.contained([sender.node], demand.node)) return nothing;
    const deeper = this.#deeper(sender, demand);
    return deeper.changes.length > 0 || deeper.next.length > 0
      ? deeper
      : { changes: [this.#change(sender, { part, demand })], next: [] };
  }

  /** The same question about a part of the value, when both say something there. */
  #deeper(sender: Flat, demand: Demand): Here {
    const { part, kind, node } = demand;
    if (kind === 'any-of' || kind === 'one-of') return this.#variants(sender, demand);
    if (kind === 'contains')
      return this.#below(
        { step: '*', lift: (inner) => makeNode(node, { ...node.keywords, contains: inner }) },
        under(sender, 'contains'),
        node.keywords.contains,
      );
    if (part === undefined || isNever(part.node)) return nothing;
    const own =
      kind === 'property'
        ? sender.properties.get(part.step)
        : kind === 'additional-properties'
          ? under(sender, 'additionalProperties')
          : this.#items(sender, demand);
    return this.#below(part, own, part.node);
  }

  #below(
    { step, lift }: { readonly step: string; readonly lift: Lift },
    sender: SchemaNode | undefined,
    receiver: SchemaNode | undefined,
  ): Here {
    if (
      sender === undefined ||
      receiver === undefined ||
      isNever(sender) ||
      this.containment.contained([sender], receiver)
    )
      return nothing;
    return { changes: [], next: [{ step, lift, pair: { sender, receiver } }] };
  }

  #items(sender: Flat, { suffix, part }: Demand): SchemaNode | undefined {
    const position = suffix.startsWith('/prefixItems') ? Number(part?.step) : undefined;
    const tuple = sender.parts.find(({ keywords }) => keywords.prefixItems !== undefined)?.keywords
      .prefixItems;
    return (position === undefined ? undefined : tuple?.[position]) ?? under(sender, 'items');
  }

  /** Variant by variant, when both are unions. Each is judged by the whole union that it stands against. */
  #variants(sender: Flat, demand: Demand): Here {
    const own = branches(sender);
    const wanted = demand.node.keywords.anyOf ?? demand.node.keywords.oneOf;
    if (own === undefined || wanted === undefined) return nothing;
    const { pairs, unpaired } = pairBranches(own, wanted);
    const open = (branch: SchemaNode): boolean =>
      !this.containment.contained([sender.node, branch], demand.node);
    return {
      changes: unpaired.filter(open).map((branch) => this.#variant(branch, demand)),
      next: pairs
        .filter((pair) => open(pair.sender) && !this.containment.contained([pair.sender], pair.receiver))
        .map(({ step, lift, ...pair }) => ({ step, lift, pair })),
    };
  }

  #variant(branch: SchemaNode, demand: Demand): SchemaChange {
    const name = variantName(branch);
    return {
      kind: this.direction === 'request' ? 'variant-removed' : 'variant-added',
      path: '',
      ...places(branch, demand.node, ''),
      message:
        this.direction === 'request'
          ? `the variant ${name} is no longer accepted`
          : `the new variant ${name} may be sent`,
      severity: 'undecided',
      claim: {
        demand: makeNode(demand.node, { anyOf: [complement(branch), demand.node] }),
        sender: branch,
        passages: [],
      },
    };
  }

  /** What no other keyword speaks of: only a finding of its own when the rest does not already explain it. */
  #unevaluated(sender: Flat, part: SchemaNode, explained: boolean): SchemaChange[] {
    const { unevaluatedItems, unevaluatedProperties, ...rest } = part.keywords;
    if (unevaluatedItems === undefined && unevaluatedProperties === undefined) return [];
    const others = makeNode(part, rest);
    if (this.containment.contained(explained ? [sender.node, others] : [sender.node], part)) return [];
    const key = unevaluatedProperties === undefined ? 'unevaluatedItems' : 'unevaluatedProperties';
    return [
      this.#change(sender, {
        part,
        demand: {
          kind: key === 'unevaluatedItems' ? 'unevaluated-items' : 'unevaluated-properties',
          suffix: `/${key}`,
          node: part,
          keys: [key],
        },
      }),
    ];
  }

  #change(sender: Flat, { part, demand }: Asked): SchemaChange {
    const step = demand.part?.step ?? demand.name;
    const change: SchemaChange = {
      kind: this.#isUnsendable(demand) ? 'unsendable' : demand.kind,
      path: '',
      ...places(part, sender.properties.get(demand.name ?? '') ?? sender.node, demand.suffix),
      message: this.#message(sender, { part, demand }),
      severity: 'undecided',
      claim: { demand: demand.node, sender: sender.node, passages: [] },
    };
    return step === undefined ? change : below(step, change);
  }

  /** True where nothing may be sent any more: in the whole place, or under the name of a property. */
  #isUnsendable({ kind, part }: Demand): boolean {
    if (kind !== 'property') return kind === 'never';
    return this.direction === 'request' && part !== undefined && isNever(part.node);
  }

  #message(sender: Flat, { part, demand }: Asked): string {
    if (demand.kind === 'required') return this.#aboutRequired(sender, demand.name ?? '');
    if (demand.part !== undefined && isNever(demand.part.node)) return this.#aboutClosed(demand);
    const said = (node: SchemaNode): unknown =>
      demand.keys.map((key) => node.keywords[key]).find((value) => value !== undefined);
    const [theirs, own] = [said(part), sender.parts.map(said).find((value) => value !== undefined)];
    const word = `${demand.suffix.slice(1)}${named(theirs, demand)}`;
    const plain = demand.keys.every((key) => plainKeys.has(key));
    const [from, to] = this.direction === 'request' ? [own, theirs] : [theirs, own];
    if (!plain)
      return this.direction === 'request'
        ? `the keyword ${word} refuses more than before`
        : `the keyword ${word} lets through more than before`;
    if (Array.isArray(from) && Array.isArray(to) && demand.suffix === '/enum')
      return `${word} ${listsDiffer(from, to)}`;
    if (from === undefined) return `${word} ${shown(to)} was set`;
    return to === undefined
      ? `${word} ${shown(from)} was removed`
      : `${word} was ${shown(from)}, is ${shown(to)}`;
  }

  #aboutRequired(sender: Flat, name: string): string {
    const declared = sender.properties.has(name);
    if (this.direction === 'request')
      return declared ? `${name} is required now` : `the new property ${name} is required`;
    return declared ? `${name} is no longer always there` : `the required property ${name} was removed`;
  }

  #aboutClosed({ name, suffix }: Demand): string {
    if (name !== undefined)
      return this.direction === 'request'
        ? `${name} may not be sent any more`
        : `${name} may be sent now; before, it never was`;
    return this.direction === 'request'
      ? `${suffix.slice(1)}: nothing else may be sent any more`
      : `${suffix.slice(1)}: other content may be sent now`;
  }
}

/** Keywords whose value can be shown as it is. */
const plainKeys: ReadonlySet<keyof Keywords> = new Set([
  'types',
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
] as const);

interface Asked {
  readonly part: SchemaNode;
  readonly demand: Demand;
}

const nothing: Here = { changes: [], next: [] };

/** What a list has lost and gained: the rest of a long one says nothing. */
function listsDiffer(from: readonly unknown[], to: readonly unknown[]): string {
  const without = (list: readonly unknown[], other: readonly unknown[]): unknown[] => {
    const known = new Set(other.map((value) => JSON.stringify(value)));
    return list.filter((value) => !known.has(JSON.stringify(value)));
  };
  const [lost, gained] = [without(from, to), without(to, from)];
  const parts = [
    ...(lost.length === 0 ? [] : [`lost ${shown(lost)}`]),
    ...(gained.length === 0 ? [] : [`gained ${shown(gained)}`]),
  ];
  return parts.join(' and ');
}

/** The variants of a union, by name. */
function named(union: unknown, { kind }: Demand): string {
  if ((kind !== 'any-of' && kind !== 'one-of') || !Array.isArray(union)) return '';
  const names = (union as SchemaNode[]).map(variantName);
  return ` (${names.slice(0, 6).join('; ')}${names.length > 6 ? '; ...' : ''})`;
}
