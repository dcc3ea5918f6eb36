import type { Verdict } from './schedule.ts';

/** What came of several schedules. */
export interface Total {
  readonly schedules: number;
  readonly failed: number;
  readonly lives: number;
  readonly killed: number;
  readonly moments: number;
  readonly rows: number;
  /** `performance.now()` before the first. */
  readonly began: number;
}

const MOST_SHOWN = 5;

/** A failed schedule, and how to see it again. */
export function tellOf({ seed, complaints }: Verdict, plant: string | undefined): readonly string[] {
  const more = complaints.length > MOST_SHOWN ? [`  and ${complaints.length - MOST_SHOWN} more`] : [];
  const planted = plant === undefined ? '' : ` --plant ${plant}`;
  return [
    `seed ${seed} FAILED`,
    ...complaints.slice(0, MOST_SHOWN).map((complaint) => `  ${complaint}`),
    ...more,
    `  again: npm run simulate -- --seed ${seed} --schedules 1 --trace${planted}`,
  ];
}

/** The sums. */
export function tellTotal({
  schedules,
  failed,
  lives,
  killed,
  moments,
  rows,
  began,
}: Total): readonly string[] {
  const seconds = (performance.now() - began) / 1000;
  return [
    `${schedules} schedules, ${failed} failed: ${rows} rows, ${lives} processes (${killed} killed), ${moments} moments, ${seconds.toFixed(1)} s (${((seconds * 1000) / schedules).toFixed(0)} ms each)`,
  ];
}
