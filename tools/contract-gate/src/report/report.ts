import type { Place } from '../spec/place.ts';

/** How bad a finding is: an `error` makes the command exit 1. */
export type Severity = 'error' | 'warning' | 'info';

/** One thing a command found. */
export interface Finding {
  /** Stable name of the kind of finding, as `provenance/missing`. */
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place?: Place;
  /** JSON Pointer of the place inside its document. */
  readonly pointer?: string;
  /** What to do about it. */
  readonly hint?: string;
  /** More to show under the message, in order: a witness, the operations hit. Text may have several lines. */
  readonly details?: readonly Detail[];
}

/** A labelled piece of text under a finding. */
export interface Detail {
  readonly label: string;
  readonly text: string;
}

/** What a command has to say, independent of how it is shown. */
export interface Report {
  /** What was done, as `contract-gate lint`. */
  readonly title: string;
  readonly findings: readonly Finding[];
  /** One line that sums it up. */
  readonly summary: string;
  /** Whatever machines want beside the findings; only in `json`. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** How many findings there are of each severity. */
export function countOf(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const count = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) count[severity] += 1;
  return count;
}

/** `1 error`, `2 errors`. */
export function many(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** By severity, then place, then id: the same findings always read the same. */
export function sorted(findings: readonly Finding[]): Finding[] {
  const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
  const key = ({ place }: Finding): [string, number, number] => [
    place?.file ?? '',
    place?.line ?? 0,
    place?.column ?? 0,
  ];
  return [...findings].sort((left, right) => {
    const [leftKey, rightKey] = [key(left), key(right)];
    return (
      rank[left.severity] - rank[right.severity] ||
      compare(leftKey[0], rightKey[0]) ||
      leftKey[1] - rightKey[1] ||
      leftKey[2] - rightKey[2] ||
      compare(left.id, right.id) ||
      compare(left.message, right.message)
    );
  });
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
