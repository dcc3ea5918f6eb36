import {
  conjuncts,
  isArray,
  isObject,
  type Json,
  type Judge,
  type SchemaNode,
} from '@enrollkit/schema-containment';

import { segment } from './change.ts';
import { demandsOf } from './demands.ts';

/** What a value misses, and where in the value. */
export interface Reason {
  readonly path: string;
  readonly keyword: string;
}

/** The deepest place where a value misses its schema. */
export function reasonOf(judge: Judge, node: SchemaNode, value: Json): Reason {
  for (const part of conjuncts(node)) {
    for (const { node: demand, part: inner, suffix } of demandsOf(part)) {
      if (judge.accepts(demand, value) !== false) continue;
      const below = inner === undefined ? undefined : partsOf(value, inner.step);
      const missed = below?.find(
        ([, item]) => inner !== undefined && judge.accepts(inner.node, item) === false,
      );
      if (inner === undefined || missed === undefined) return { path: '', keyword: suffix.slice(1) };
      const deeper = reasonOf(judge, inner.node, missed[1]);
      return { ...deeper, path: segment(missed[0]) + deeper.path };
    }
  }
  return { path: '', keyword: 'what it says' };
}

function partsOf(value: Json, step: string): (readonly [step: string, value: Json])[] {
  const all = isArray(value) || isObject(value) ? Object.entries(value) : [];
  return step === '*' ? all : all.filter(([key]) => key === step);
}
