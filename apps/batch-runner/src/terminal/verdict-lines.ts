import type { FieldGroup } from '@enrollkit/enrollment';
import type { Intake, UnsentReason } from '@enrollkit/ledger';
import { count } from './format.ts';

/** Rows that are not sent because of the register. */
export interface Unsent {
  readonly unsent: Readonly<Record<UnsentReason, number>>;
  /** Of the unchanged ones, how many each earlier intake enrolled; the empty text stands for an import. */
  readonly unchangedBy: Readonly<Record<string, number>>;
  /** Of the changed ones, how many differ in each group; absent where it is not known. */
  readonly changedGroups?: Readonly<Partial<Record<FieldGroup, number>>>;
}

/** What each reason says to a person, in the order of the report. */
export const unsentLabels: Readonly<Record<UnsentReason, string>> = {
  unchanged: 'already enrolled, unchanged',
  changed: 'already enrolled, changed',
  applied: 'changed: brought up to date',
  new: 'not enrolled: only reported',
  'in-flight': 'on its way in another intake',
  unresolved: 'unknown in another intake',
  'refused-before': 'refused before, unchanged',
  removed: 'removed or erased',
  'opted-out': 'opted out',
};

/** One line of a report: label, number, remark. */
export function sumLine(label: string, value: number, remark = ''): string {
  return `  ${label.padEnd(30)}${count(value).padStart(12)}${remark}`;
}

/** A line for each reason that some rows have, with the intakes that enrolled the unchanged ones. */
export function unsentLines(
  { unsent, unchangedBy, changedGroups = {} }: Unsent,
  intakes: readonly Intake[],
): string[] {
  return (Object.keys(unsentLabels) as UnsentReason[]).flatMap((reason) => {
    const rows = unsent[reason];
    if (rows === 0) return [];
    const line = sumLine(
      unsentLabels[reason],
      rows,
      reason === 'changed' ? '  not sent: see enrollkit report --csv' : '',
    );
    if (reason === 'unchanged')
      return [
        line,
        ...Object.entries(unchangedBy).map(([id, of]) => sumLine(`    ${enrolledBy(id, intakes)}`, of)),
      ];
    if (reason === 'changed')
      return [line, ...Object.entries(changedGroups).map(([group, of]) => sumLine(`    ${group}`, of))];
    return [line];
  });
}

function enrolledBy(id: string, intakes: readonly Intake[]): string {
  if (id === '') return 'imported';
  const at = intakes.find((intake) => intake.id === id)?.createdAt;
  return `by ${id.slice(0, 12)}${at === undefined ? '' : ` on ${at.toISOString().slice(0, 10)}`}`;
}
