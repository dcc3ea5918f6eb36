import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultLimits, retryTable, type RetryRow } from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

/** The rows of a table, without the spaces that only align it. */
const cells = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');

/** The conditions of a row, in words: each of them, or a row contradicts the next. */
function when({
  status,
  reason,
  detail,
  about,
  origin,
  recoverable,
  sent,
  retryAfter,
  clockOff,
}: RetryRow): string {
  const parts = [
    sent === false && 'nothing was sent',
    status?.join(', '),
    origin && `from the ${origin.join(' or ')}`,
    reason?.join(' or '),
    detail && `a detail says ${detail.join(' or ')}`,
    about && `about the ${about === 'other' ? 'content' : about}`,
    recoverable !== undefined && (recoverable ? 'recoverable' : 'not recoverable'),
    retryAfter && 'with `Retry-After`',
    clockOff && 'the clocks are apart',
  ];
  return parts.filter(Boolean).join('; ') || 'anything else';
}

test('the retry table of the README has the rows and all conditions of the code', () => {
  const rows = retryTable.map(
    (row) =>
      `| ${row.action ?? 'all'} | ${when(row)} | **${row.verdict}** | ${row.because} | ${row.source} |`,
  );
  const table = [
    '| action | when | verdict | because | source |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  expect(cells(readme)).toContain(table);
});

test('the limits of the README are the limits of the code', () => {
  for (const [name, value] of Object.entries(defaultLimits))
    expect(cells(readme)).toContain(`| \`${name}\` | ${value.toLocaleString('en')} |`);
});
