import type { Finding, Report, Severity } from './report.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** One workflow command for each finding, then the summary as a plain line. */
export function githubReport(report: Report): string {
  return [...report.findings.map(line), report.summary, ''].join('\n');
}

function line({ id, severity, message, place, hint, details }: Finding): string {
  const properties = [
    ...(place === undefined
      ? []
      : [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`]),
    `title=${property(id)}`,
  ];
  const text = [
    message,
    ...(details ?? []).map(({ label, text }) => `${label}: ${text}`),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ].join('\n');
  return `::${commands[severity]} ${properties.join(',')}::${escape(text)}`;
}

function escape(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escape(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
