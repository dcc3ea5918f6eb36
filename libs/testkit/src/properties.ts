/** How hard a property is tried. */
export interface Bounds {
  /** For fast-check. */
  readonly parameters: {
    readonly numRuns: number;
    readonly seed?: number;
    readonly interruptAfterTimeLimit?: number;
  };
  /** Milliseconds that the test may last. */
  readonly timeout: number;
}

/**
 * So many runs from one seed, so that a run of CI is the same for everybody. With ENROLLKIT_FUZZ_SECONDS for
 * that long and from a seed of its own, which fast-check prints when it finds something.
 */
export function bounded(numRuns: number): Bounds {
  const seconds = Number(process.env['ENROLLKIT_FUZZ_SECONDS'] ?? 0);
  if (seconds > 0)
    return {
      parameters: { numRuns: 1e9, interruptAfterTimeLimit: seconds * 1000 },
      timeout: seconds * 1000 + 60_000,
    };
  return { parameters: { numRuns, seed: 20_261_123 }, timeout: 60_000 };
}
