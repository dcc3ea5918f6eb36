import type { ReadStep } from '../port/intakes.ts';
import { inGroups } from './in-groups.ts';
import { packStep, type PackedStep } from './packing.ts';

/** Steps in one transaction at most: some megabytes. */
const MOST_STEPS = 8;

/**
 * `commitRead` for steps that are given while others are on their way: each group follows the one before it,
 * in one transaction. When one fails, so do those that share its transaction or come after it, for each
 * follows the one before.
 */
export function groupedSteps(
  commit: (steps: readonly PackedStep[]) => Promise<void>,
): (step: ReadStep) => Promise<void> {
  const add = inGroups<PackedStep, void>(MOST_STEPS, async (group, takeRest) => {
    try {
      await commit(group.map(({ item }) => item));
    } catch (error) {
      // What follows would not fit any more.
      for (const { reject } of takeRest()) reject(error);
      throw error;
    }
    for (const { resolve } of group) resolve();
  });
  return async (step) => add(packStep(step));
}
