import { countOf, type Report } from './report.ts';

/** Everything in the report, counted. */
export function jsonReport({ title, summary, findings, data }: Report): string {
  return `${JSON.stringify({ title, summary, count: countOf(findings), findings, ...data }, null, 2)}\n`;
}
