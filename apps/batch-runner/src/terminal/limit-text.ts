import { fewestFailed, type Ending, type Failures } from '@enrollkit/pipeline';
import { count } from './format.ts';

/** Which failures are tolerated, as the configuration says. */
export interface FailureLimits {
  readonly toleratedCount?: number | undefined;
  readonly toleratedPercent: number;
}

/** Said at the start of a run: when it would stop. */
export function limitText({ toleratedCount, toleratedPercent }: FailureLimits): string {
  const limits = [
    ...(toleratedPercent < 100
      ? [
          `${toleratedPercent} % of the rows${toleratedPercent === 0 ? '' : `, and at least ${fewestFailed},`} (limits.toleratedPercent)`,
        ]
      : []),
    ...(toleratedCount === undefined ? [] : [`${count(toleratedCount)} (limits.toleratedCount)`]),
  ];
  return limits.length === 0
    ? 'any number of records may fail: limits.toleratedPercent is 100'
    : `stops, resumable, when more records are rejected or refused than ${limits.join(' or ')}`;
}

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
