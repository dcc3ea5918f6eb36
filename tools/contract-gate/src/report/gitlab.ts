import { createHash } from 'node:crypto';

import type { Finding, Report, Severity } from './report.ts';

const severities: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'minor', info: 'info' };

/**
 * GitLab wants a place for each finding and a fingerprint that is the same in the next run and on no other
 * finding.
 */
export function gitlabReport(report: Report): string {
  const seen = new Map<string, number>();
  const issues = report.findings.map((finding) => {
    const said = `${finding.id}\n${finding.place?.file ?? ''}\n${finding.message}`;
    const nth = (seen.get(said) ?? 0) + 1;
    seen.set(said, nth);
    return issue(finding, `${said}\n${nth}`);
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}

function issue({ id, severity, message, place, details }: Finding, identity: string): unknown {
  return {
    description: [message, ...(details ?? []).map(({ label, text }) => `${label}: ${text}`)].join('\n'),
    check_name: id,
    fingerprint: createHash('sha256').update(identity).digest('hex'),
    severity: severities[severity],
    location: { path: place?.file ?? '.', lines: { begin: place?.line ?? 1 } },
  };
}
