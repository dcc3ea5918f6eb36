import { githubReport } from './github.ts';
import { gitlabReport } from './gitlab.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { markdownReport } from './markdown.ts';
import { printable, printableFinding } from './printable.ts';
import { type Report, sorted } from './report.ts';
import { sarifReport } from './sarif.ts';
import { textReport } from './text.ts';

/** Every way a report can be shown. */
const formats = {
  /** For a terminal. */
  text: textReport,
  /** For programs; holds everything. */
  json: jsonReport,
  /** For a pull request's comment. */
  markdown: markdownReport,
  /** Workflow commands that GitHub Actions shows beside the lines. */
  github: githubReport,
  /** SARIF 2.1.0, for code scanning. */
  sarif: sarifReport,
  /** GitLab's code quality report. */
  gitlab: gitlabReport,
  /** One page without outside parts. */
  html: htmlReport,
} as const;

/** Name of a format. */
export type Format = keyof typeof formats;

/** The names of all formats, `text` first. */
export const formatNames = Object.keys(formats) as readonly Format[];

/** A report as text in one format, findings sorted, ending with a line end. */
export function show(report: Report, format: Format): string {
  const findings = sorted(report.findings);
  if (!steerable.has(format)) return formats[format]({ ...report, findings });
  return formats[format]({
    ...report,
    summary: printable(report.summary),
    findings: findings.map(printableFinding),
  });
}

/** Formats that are shown as they are; the others are read by programs, and escape by rules of their own. */
const steerable: ReadonlySet<Format> = new Set(['text', 'markdown', 'html']);

export { countOf, type Detail, type Finding, many, type Report, type Severity } from './report.ts';
