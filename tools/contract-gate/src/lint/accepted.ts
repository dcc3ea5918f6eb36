import { createHash } from 'node:crypto';
import { posix, relative, resolve, sep } from 'node:path';

import { type Exception, expired, staleFinding } from '../diff/exceptions.ts';
import type { Finding } from '../report/index.ts';

/** What somebody looked at and accepted, and when and where lint runs. */
export interface Acceptance {
  readonly exceptions: readonly Exception[];
  readonly today: Date;
  readonly cwd: string;
}

/**
 * The findings, each error and warning with the id that an exception names. One that an exception covers is
 * only worth knowing; an exception that has expired is an error of its own.
 */
export function withExceptions(
  findings: readonly Finding[],
  { exceptions, today, cwd }: Acceptance,
): Finding[] {
  const valid = new Map(exceptions.filter((one) => !expired(one, today)).map((one) => [one.id, one]));
  const shown = findings.map((finding): Finding => {
    if (finding.severity === 'info') return finding;
    const id = idOf(finding, cwd);
    const exception = valid.get(id);
    const details = [...(finding.details ?? []), { label: 'finding', text: id }];
    if (exception === undefined) return { ...finding, details };
    const accepted = `${exception.reason} (${exception.who}, until ${exception.until})`;
    return { ...finding, severity: 'info', details: [{ label: 'accepted', text: accepted }, ...details] };
  });
  return [...shown, ...exceptions.filter((one) => expired(one, today)).map(staleFinding)];
}

/**
 * The same finding has the same id wherever it is run, and when lines above it move: 12 hexadecimal digits.
 */
function idOf({ id, message, place, pointer = '' }: Finding, cwd: string): string {
  const file = place === undefined ? '' : relative(cwd, resolve(cwd, place.file)).split(sep).join(posix.sep);
  return createHash('sha256')
    .update(JSON.stringify([id, file, pointer, message]))
    .digest('hex')
    .slice(0, 12);
}
