import { positionsOf } from './arrays.ts';
import type { SchemaNode } from './node.ts';
import { itemSchemas, type Shape } from './shape.ts';
import { nothingIn } from './words.ts';

/**
 * True when it is certain that a value has the shape, however large it would be to write down. `possible`: a
 * value is known that fits all of the schemas.
 */
export function isCertain(shape: Shape, possible: (nodes: readonly SchemaNode[]) => boolean): boolean {
  if (shape.opaque.length > 0 || shape.excluded.length > 0 || shape.values !== undefined) return false;
  if (shape.type === 'string')
    return shape.formats.length + shape.notFormats.length === 0 && nothingIn(shape) === false;
  if (shape.type === 'array') {
    const free = shape.contains.length === 0 && !shape.repeated && !shape.unique;
    const length = Math.min(positionsOf(shape) + 1, shape.minItems);
    const own = Array.from({ length }, (_, index) => index);
    return free && own.length < 100 && own.every((index) => possible(itemSchemas(shape, index)));
  }
  if (shape.type !== 'object') return false;
  const free = shape.some.length === 0 && shape.names.length === 0 && shape.layers.length === 0;
  return free && shape.required.size < shape.minProperties;
}
