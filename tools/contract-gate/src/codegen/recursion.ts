import type { Schema, SchemaObject } from './template/schema.ts';

/** How a named schema contains itself, as far as it matters to TypeScript. */
export interface Recursion {
  /** Schemas that are, without a value between, made of themselves: they say nothing. */
  readonly endless: ReadonlySet<string>;
  /** Schemas that contain themselves by way of lists and unions alone: TypeScript wants an alias for them. */
  readonly lists: ReadonlySet<string>;
}

/** Finds the schemas that contain themselves in a way that a property's type cannot express. */
export function recursionIn(named: ReadonlyMap<string, Schema>): Recursion {
  const edges = (deep: boolean) => (name: string) => references(named.get(name), deep);
  return {
    endless: onCircles(named.keys(), edges(false)),
    lists: onCircles(named.keys(), edges(true)),
  };
}

/** The names a schema refers to in place; with `deep`, by way of the items of lists, too. */
function references(schema: Schema | undefined, deep: boolean): string[] {
  if (typeof schema !== 'object') return [];
  const { $ref, allOf = [], anyOf = [], oneOf = [], items, prefixItems = [] }: SchemaObject = schema;
  const parts = [
    ...allOf,
    ...anyOf,
    ...oneOf,
    ...(deep ? [...prefixItems, ...(items === undefined ? [] : [items])] : []),
  ];
  return [...($ref === undefined ? [] : [$ref]), ...parts.flatMap((part) => references(part, deep))];
}

/** The nodes that lie on a circle (Tarjan's strongly connected components, without recursion). */
export function onCircles(nodes: Iterable<string>, next: (node: string) => readonly string[]): Set<string> {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found = new Set<string>();
  const isOpen = new Set<string>();
  for (const root of nodes) {
    if (order.has(root)) continue;
    const work: { readonly node: string; readonly rest: string[] }[] = [];
    const enter = (node: string): void => {
      order.set(node, order.size);
      low.set(node, order.get(node) ?? 0);
      open.push(node);
      isOpen.add(node);
      work.push({ node, rest: [...next(node)] });
    };
    enter(root);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { node, rest } = top;
      const target = rest.pop();
      if (target === node) found.add(node);
      if (target !== undefined) {
        if (!order.has(target)) enter(target);
        else if (isOpen.has(target)) lower(low, node, order.get(target) ?? 0);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) lower(low, parent.node, low.get(node) ?? 0);
      if (low.get(node) !== order.get(node)) continue;
      const circle = open.splice(open.indexOf(node));
      for (const one of circle) isOpen.delete(one);
      if (circle.length > 1) for (const one of circle) found.add(one);
    }
  }
  return found;
}

function lower(low: Map<string, number>, node: string, to: number): void {
  low.set(node, Math.min(low.get(node) ?? to, to));
}
