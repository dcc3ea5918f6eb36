import { Judge, SchemaWorld } from '@enrollkit/schema-containment';

import { reasonOf } from '../schema/reason.ts';
import type { Json } from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import { stripped, withoutSlowPatterns } from '../spec/slow-patterns.ts';
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
export type Checker = (subject: Subject, value: Json) => Validation<unknown>;

/**
 * Validators without generating code: for examples and tests. Patterns that an engine that backtracks could
 * hang on are judged by automata. Throws `SpecError` for a schema that cannot be used.
 */
export function checkerOf(spec: Spec): Checker {
  const document = withoutSlowPatterns(spec.document);
  const schemas = convertSchemas({ ...spec, document });
  const check: Checker = ({ schema, pointer, direction }, value) => {
    const subject = schemas.schema(stripped(schema), pointer);
    return validator(
      { ...Object.fromEntries(schemas.named), '#subject': subject },
      '#subject',
      direction,
    )(value);
  };
  if (document === spec.document) return check;
  const judge = new Judge();
  const world = new SchemaWorld(spec.document, 'base');
  return (subject, value) => {
    const verdict = check(subject, value);
    const direction = subject.direction === 'answer' ? 'response' : 'request';
    const node = world.node(subject.schema, subject.pointer, { direction, text: false });
    if (!verdict.valid || judge.accepts(node, value) !== false) return verdict;
    const { path, keyword } = reasonOf(judge, node, value);
    return { valid: false, problems: [{ pointer: path, keyword, message: `breaks ${keyword}` }] };
  };
}
