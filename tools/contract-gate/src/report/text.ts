import { showPlace } from '../spec/place.ts';
import type { Finding, Report } from './report.ts';

/** One block for each finding, then the summary. */
export function textReport(report: Report): string {
  return [...report.findings.map(block), report.summary, ''].join('\n');
}

function block({ id, severity, message, place, hint, details }: Finding): string {
  const lines = [
    `${severity.padEnd(7)} ${id}${place === undefined ? '' : `  ${showPlace(place)}`}`,
    indent(message, '  '),
  ];
  for (const { label, text } of details ?? [])
    lines.push(text.includes('\n') ? `  ${label}:\n${indent(text, '    ')}` : `  ${label}: ${text}`);
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return `${lines.join('\n')}\n`;
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => `${by}${line}`)
    .join('\n');
}
