import { type Check, fail, type Problem, silently } from './run.ts';
import type { Compile, SchemaObject } from './schema.ts';

/** `allOf`, `anyOf`, `oneOf`, `not`, and `if` with what follows from it. */
export function compositionChecks(schema: SchemaObject, compile: Compile): Check[] {
  const { allOf = [], anyOf, oneOf, not } = schema;
  const checks = allOf.map(compile);
  if (anyOf !== undefined) checks.push(anyOfCheck(anyOf.map(compile)));
  if (oneOf !== undefined) checks.push(oneOfCheck(oneOf.map(compile)));
  if (not !== undefined) {
    const check = compile(not);
    checks.push((value, run) => !silently(check, value, run) || fail(run, 'not', 'must NOT be valid'));
  }
  if (schema.if !== undefined) {
    const condition = compile(schema.if);
    const [then, otherwise] = [compile(schema.then ?? true), compile(schema.else ?? true)];
    checks.push((value, run) => (silently(condition, value, run) ? then(value, run) : otherwise(value, run)));
  }
  return checks;
}

/**
 * What the branches note counts only when none fits; of those that fit, the one with the fewest notices
 * speaks.
 */
function anyOfCheck(branches: readonly Check[]): Check {
  return (value, run) => {
    const [problems, notices] = [run.problems.length, run.notices.length];
    let best: Problem[] | undefined;
    for (const branch of branches) {
      const fits = branch(value, run);
      const noted = run.notices.splice(notices);
      if (fits && (best === undefined || noted.length < best.length)) best = noted;
      if (best?.length === 0) break;
    }
    if (best === undefined) return fail(run, 'anyOf', 'must match a schema in anyOf');
    run.problems.length = problems;
    run.notices.push(...best);
    return true;
  };
}

function oneOfCheck(branches: readonly Check[]): Check {
  return (value, run) => {
    const [problems, notices] = [run.problems.length, run.notices.length];
    let fitting = 0;
    let noted: Problem[] = [];
    for (const branch of branches) {
      const fits = branch(value, run);
      const own = run.notices.splice(notices);
      if (fits) [fitting, noted] = [fitting + 1, own];
      if (fitting > 1) break;
    }
    if (fitting > 0) run.problems.length = problems;
    if (fitting !== 1) return fail(run, 'oneOf', 'must match exactly one schema in oneOf');
    run.notices.push(...noted);
    return true;
  };
}
