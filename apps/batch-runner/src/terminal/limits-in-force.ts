import { fewestFailed } from '@enrollkit/pipeline';
import { count } from './format.ts';

/** Which failures are tolerated, as the configuration says. */
export interface FailureLimits {
  readonly toleratedCount?: number | undefined;
  readonly toleratedPercent: number;
}

/** Said at the start of a run: when it would stop. */
export function limitText({ toleratedCount, toleratedPercent }: FailureLimits): string {
  const from = toleratedPercent === 0 ? '' : `, from ${fewestFailed} on`;
  const limits = [
    ...(toleratedPercent < 100
      ? [`more than ${toleratedPercent} % of the rows${from} (limits.toleratedPercent)`]
      : []),
    ...(toleratedCount === undefined
      ? []
      : [`more than ${count(toleratedCount)} rows (limits.toleratedCount)`]),
  ];
  return limits.length === 0
    ? 'any number of records may fail: limits.toleratedPercent is 100'
    : `stops, resumable, when ${limits.join(' or ')} are rejected or refused`;
}
