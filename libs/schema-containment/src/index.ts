export { type Answer, compareSchemas, Containment, type Options } from './containment.ts';
export { sameText } from './equal.ts';
export {
  asArray,
  asObject,
  asString,
  escapeSegment,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  pointerOf,
  segmentsOf,
  valueAt,
} from './json.ts';
export { mayBacktrack } from './backtracking.ts';
export { Judge } from './judge.ts';
export { SchemaWorld } from './lower.ts';
export { complement } from './literals.ts';
export {
  allOf,
  anything,
  conjuncts,
  type Direction,
  isAny,
  isNever,
  type Keywords,
  makeNode,
  type Mode,
  type SchemaNode,
} from './node.ts';
export type { Reading } from './prover.ts';
export { canonical, fits } from './shape.ts';
export { inPlace } from './unevaluated.ts';
