import { fewArrays, noArray } from './arrays.ts';
import type { Json } from './json.ts';
import { fewNumbers, noNumber } from './numbers.ts';
import { fewObjects, noObject } from './objects.ts';
import type { Questions } from './questions.ts';
import type { Shape } from './shape.ts';
import { fewStrings, noString } from './strings.ts';

/** Values among which are all of the shape, when they are few: about `limit` at most. */
export function fewValues(shape: Shape, questions: Questions, limit: number): readonly Json[] | undefined {
  if (shape.values !== undefined) return shape.values;
  switch (shape.type) {
    case 'null':
      return [null];
    case 'boolean':
      return [true, false];
    case 'number':
      return fewNumbers(shape, limit);
    case 'string':
      return fewStrings(shape, limit);
    case 'array':
      return fewArrays(shape, questions, limit);
    case 'object':
      return fewObjects(shape, questions, limit);
  }
}

/** True when it is proven that nothing has the shape. `checked`: see `Guide.empty`. */
export function isEmpty(shape: Shape, questions: Questions, checked: boolean): boolean {
  if (shape.values !== undefined) return shape.values.length === 0;
  switch (shape.type) {
    case 'number':
      return noNumber(shape);
    case 'string':
      return noString(shape);
    case 'array':
      return noArray(shape, questions);
    case 'object':
      return noObject(shape, questions, checked);
    default:
      return false;
  }
}
