import type { ReadStep } from '../port/intakes.ts';
import { packStep, type PackedStep } from '../sql/packing.ts';

/** Steps in one transaction at most: some megabytes. */
const MOST_STEPS = 8;

interface Waiting {
  readonly step: PackedStep;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * `commitRead` for steps that are given while others are on their way: each group follows the one before it,
 * in one transaction. When one fails, so do those that share its transaction or come after it, for each
 * follows the one before.
 */
export function groupedSteps(
  commit: (steps: readonly PackedStep[]) => Promise<void>,
): (step: ReadStep) => Promise<void> {
  const waiting: Waiting[] = [];
  let isCommitting = false;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting.splice(0, MOST_STEPS);
      try {
        await commit(group.map(({ step }) => step));
        for (const { resolve } of group) resolve();
      } catch (error) {
        // What followed would not fit any more.
        for (const { reject } of [...group, ...waiting.splice(0)]) reject(error);
      }
    }
    isCommitting = false;
  };
  return async (step) => {
    const packed = packStep(step);
    return new Promise<void>((resolve, reject) => {
      waiting.push({ step: packed, resolve, reject });
      if (isCommitting) return;
      isCommitting = true;
      void drain();
    });
  };
}
