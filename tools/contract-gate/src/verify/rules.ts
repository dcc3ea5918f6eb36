import type { Json, JsonObject } from '../spec/json.ts';
import { segmentsOf } from '../spec/json.ts';

/** The matchers that apply at a place of a body. */
export interface Applied {
  readonly matchers: readonly JsonObject[];
  /** The path expression as it is written. */
  readonly path: string;
}

/** Matchers that hold for everything below their place, too. */
const cascading = new Set<Json | undefined>(['type', 'min', 'max']);

/**
 * The matchers that say what may stand at a JSON Pointer: its own, or the nearest above it that reach down to
 * it.
 */
export function ruleAt(rules: ReadonlyMap<string, readonly JsonObject[]>, at: string): Applied | undefined {
  const place = segmentsOf(at);
  const found = [...rules]
    .map(([path, matchers]) => ({ path, matchers, steps: stepsOf(path) }))
    .filter(({ steps, matchers }) => {
      if (steps.length > place.length || !steps.every((step, index) => step === '*' || step === place[index]))
        return false;
      return steps.length === place.length || matchers.some(({ match }) => cascading.has(match));
    });
  found.sort(
    (left, right) => right.steps.length - left.steps.length || stars(left.steps) - stars(right.steps),
  );
  return found[0];
}

function stars(steps: readonly string[]): number {
  return steps.filter((step) => step === '*').length;
}

/** `$.a['b'][0][*]` as its steps. */
export function stepsOf(path: string): string[] {
  return [...path.matchAll(/\.([^.[\]]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+|\*)\]/g)].map(
    ([, dotted, single, double, index]) => dotted ?? single ?? double ?? index ?? '',
  );
}
