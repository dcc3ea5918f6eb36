import type { Intake, Tally } from '@enrollkit/ledger';
import { count } from './format.ts';

/** An intake and its sums. */
export interface Standing {
  readonly intake: Intake;
  readonly tally: Tally;
}

/** How many characters of an intake's id are shown: enough to name it, and accepted by every `--intake`. */
const ID_LENGTH = 12;

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cell: (standing: Standing) => string;
}

const columns: readonly Column[] = [
  { title: 'intake', align: 'left', cell: ({ intake }) => intake.id.slice(0, ID_LENGTH) },
  { title: 'state', align: 'left', cell: ({ intake }) => intake.state },
  { title: 'rows', align: 'right', cell: ({ tally }) => count(tally.rows) },
  { title: 'rejected', align: 'right', cell: ({ tally }) => count(tally.rejected) },
  { title: 'not sent', align: 'right', cell: ({ tally }) => count(unsentOf(tally)) },
  { title: 'enrolled', align: 'right', cell: ({ tally }) => count(tally.enrolled) },
  { title: 'refused', align: 'right', cell: ({ tally }) => count(tally.refused) },
  { title: 'unknown', align: 'right', cell: ({ tally }) => count(tally.unknown) },
  { title: 'open', align: 'right', cell: ({ tally }) => count(tally.waiting + tally.submitted) },
  { title: 'file', align: 'left', cell: ({ intake }) => intake.source },
];

function unsentOf({ unsent }: Standing['tally']): number {
  return Object.values(unsent).reduce((sum, rows) => sum + rows, 0);
}

/** The lines of `enrollkit status`: where, the titles, and a line for each intake. */
export function statusTable(standings: readonly Standing[], environment: string): readonly string[] {
  if (standings.length === 0) return ['no intake yet: enrollkit run FILE makes one'];
  const rows = [
    columns.map(({ title }) => title),
    ...standings.map((one) => columns.map(({ cell }) => cell(one))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) =>
        columns[at]?.align === 'right' ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [`environment ${environment}`, ...rows.map(line)];
}
