import { showPlace } from '../spec/place.ts';
import { countOf, type Finding, many, type Report } from './report.ts';

/** A heading, the summary, a table of findings, and what there is to say about each below it. */
export function markdownReport(report: Report): string {
  const { error, warning, info } = countOf(report.findings);
  const head = [`## ${report.title}`, '', report.summary];
  if (report.findings.length === 0) return `${head.join('\n')}\n`;
  const table = ['| | finding | place | what |', '| --- | --- | --- | --- |', ...report.findings.map(row)];
  const details = report.findings
    .filter(({ details, hint }) => details !== undefined || hint !== undefined)
    .map(section);
  return [
    ...head,
    '',
    `${many(error, 'error')}, ${many(warning, 'warning')}, ${many(info, 'note')}`,
    '',
    ...table,
    ...details,
    '',
  ].join('\n');
}

function row({ id, severity, place, message }: Finding): string {
  return `| ${severity} | \`${id}\` | ${place === undefined ? '' : `\`${cell(showPlace(place))}\``} | ${cell(message)} |`;
}

function section({ id, message, hint, details }: Finding): string {
  const blocks = (details ?? []).map(({ label, text }) =>
    text.includes('\n') ? `${label}:\n\n${fenced(text)}` : `${label}: ${inline(text)}`,
  );
  const body = [...blocks, ...(hint === undefined ? [] : [`Hint: ${inline(hint)}`])].join('\n\n');
  return `\n<details><summary><code>${inline(id)}</code> ${inline(message)}</summary>\n\n${body}\n\n</details>`;
}

/** A fence longer than any run of backticks inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function inline(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cell(text: string): string {
  return inline(text)
    .replaceAll('|', String.raw`\|`)
    .replaceAll(/\r?\n/g, '<br>');
}
