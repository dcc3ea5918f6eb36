import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultLimits, retryTable, type RetryRow } from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

/** What a row asks for, in words. */
function when({ status, reason, detail, about, origin, recoverable, sent, retryAfter }: RetryRow): string {
  const parts = [
    sent === false && 'nothing was sent',
    status?.join(', '),
    origin && `from the ${origin.join(' or ')}`,
    reason?.join(' or '),
    detail && `a detail says ${detail.join(' or ')}`,
    about && `about the ${about === 'other' ? 'content' : about}`,
    recoverable !== undefined && (recoverable ? 'recoverable' : 'not recoverable'),
    retryAfter && 'with `Retry-After`',
  ];
  return parts.filter(Boolean).join('; ') || 'anything else';
}

test('the table of the README is the table of the code', () => {
  const rows = retryTable.map(
    (row) =>
      `| ${row.action ?? 'both'} | ${when(row)} | **${row.verdict}** | ${row.because} | ${row.source} |`,
  );
  const table = [
    '| action | when | verdict | because | source |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  expect(readme).toContain(table);
});

test('the limits of the README are the limits of the code', () => {
  for (const [name, value] of Object.entries(defaultLimits))
    expect(readme).toContain(`| \`${name}\` | ${value.toLocaleString('en')} |`);
});
