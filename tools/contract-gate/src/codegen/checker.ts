import type { Json } from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import { convertSchemas } from './convert.ts';
import type { Direction } from './direction.ts';
import { type Validation, validator } from './template/index.ts';

/** A schema of a spec, where it is written, and which way its values travel. */
export interface Subject {
  readonly schema: Json;
  readonly pointer: string;
  readonly direction: Direction;
}

/** Judges a value by a schema of the spec it was made for, as the generated validators would. */
export type Checker = (subject: Subject, value: unknown) => Validation<unknown>;

/** Validators without generating code: for examples and tests. Throws `SpecError` for a schema that cannot be used. */
export function checkerOf(spec: Spec): Checker {
  const schemas = convertSchemas(spec);
  return ({ schema, pointer, direction }, value) => {
    const subject = schemas.schema(schema, pointer);
    return validator(
      { ...Object.fromEntries(schemas.named), '#subject': subject },
      '#subject',
      direction,
    )(value);
  };
}
