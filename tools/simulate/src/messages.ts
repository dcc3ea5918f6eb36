import type { Verdict } from './schedule.ts';

/** What came of several schedules. */
export interface Total {
  readonly schedules: number;
  readonly failed: number;
  readonly processes: number;
  readonly killed: number;
  /** Processes that were frozen and found the ledger taken over. */
  readonly lockLost: number;
  readonly moments: number;
  readonly rows: number;
  /** `performance.now()` before the first. */
  readonly began: number;
}

const MAX_SHOWN = 5;

/** How schedules are run, beside their seeds. */
export interface Variant {
  readonly changes: boolean;
  readonly mutant?: string | undefined;
}

/** A failed schedule, and how to see it again. */
export function failureLines({ seed, complaints }: Verdict, { changes, mutant }: Variant): readonly string[] {
  const more = complaints.length > MAX_SHOWN ? [`  and ${complaints.length - MAX_SHOWN} more`] : [];
  const kind = changes ? ' --changes' : '';
  const mutated = mutant === undefined ? '' : ` --mutant ${mutant}`;
  return [
    `seed ${seed} FAILED`,
    ...complaints.slice(0, MAX_SHOWN).map((complaint) => `  ${complaint}`),
    ...more,
    `  again: npm run simulate --${kind} --seed ${seed} --schedules 1 --trace${mutated}`,
  ];
}

/** The sums. */
export function totalLines({
  schedules,
  failed,
  processes,
  killed,
  lockLost,
  moments,
  rows,
  began,
}: Total): readonly string[] {
  const seconds = (performance.now() - began) / 1000;
  return [
    `${schedules} schedules, ${failed} failed: ${rows} rows, ${processes} processes (${killed} killed, ${lockLost} taken over), ${moments} moments, ${seconds.toFixed(1)} s (${((seconds * 1000) / schedules).toFixed(0)} ms each)`,
  ];
}
