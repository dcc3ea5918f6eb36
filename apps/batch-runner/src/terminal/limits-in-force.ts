import { fewestFailed } from '@enrollkit/pipeline';
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
