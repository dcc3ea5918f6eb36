import type { Spec } from '../spec/load.ts';
import { SchemaCompiler, type Subject } from './compiler.ts';
import { type Validation, validator } from './template/runtime.ts';

/** Judges a value by a schema of the spec it was made for, as the generated validators would. */
export type Checker = (subject: Subject, value: unknown) => Validation<unknown>;

/** Validators without generating code: for examples and tests. Throws `SpecError` for a schema that cannot be used. */
export function checkerOf(spec: Spec): Checker {
  const compiler = new SchemaCompiler(spec);
  return (subject, value) => validator(compiler.compile(compiler.add(subject)))(value);
}
