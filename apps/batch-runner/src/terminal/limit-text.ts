import type { Ending, Failures } from '@enrollkit/pipeline';
import { count } from './format.ts';

/** That a limit was passed, with the share. */
export function limitPassedText({ failed, records: rows }: Extract<Ending, { kind: 'limit' }>): string {
  return `${shareText({ failed, rows })} records failed, more than limits.* tolerates`;
}

/** That a run would pass a limit by what is rejected. */
export function wouldStopText(failures: Failures): string {
  return `a run would send nothing: ${shareText(failures)} rows are rejected, more than limits.* tolerates`;
}

function shareText({ failed, rows }: Failures): string {
  return `${count(failed)} of ${count(rows)} (${((failed / rows) * 100).toFixed(1)} %)`;
}

/** What to do about it. */
export const limitPassedHint =
  'look at the rejections and at enrollkit report; correct the file, or the settings and run it again, or let the rest go on: enrollkit resume --set limits.toleratedPercent=100';
