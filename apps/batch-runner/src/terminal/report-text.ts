import type { ResendClass } from '@enrollkit/enrollment';
import type { Intake } from '@enrollkit/ledger';
import type { Report } from '@enrollkit/pipeline';
import { exitCodes, type ExitName } from '../exit-codes.ts';
import { selectionText } from '../process/selection.ts';
import { count, plural } from './format.ts';
import { allChanges, changeLines, missingLines } from './change-lines.ts';
import { sumLine as line, unsentLines } from './verdict-lines.ts';

/**
 * The report as a person reads it; `intakes` are those of the ledger, to say when a row was enrolled before.
 */
export function reportText(report: Report, exit: ExitName, intakes: readonly Intake[]): string {
  const { tally } = report;
  const some = (label: string, value: number, remark = ''): string[] =>
    value === 0 ? [] : [line(label, value, remark)];
  return [
    ...heading(report),
    line('rows read', tally.rows),
    line('rejected before sending', tally.rejected),
    ...report.rejections.map(({ code, records }) => line(`    ${code}`, records)),
    ...unsentLines(tally, intakes),
    line('records', tally.records),
    line('enrolled', tally.enrolled),
    line('refused by the provider', tally.refused),
    ...report.refusals.map(({ code, records, resend }) =>
      line(`    ${code}`, records, resendRemarks[resend]),
    ),
    ...some('abandoned', tally.abandoned),
    ...some('unknown', tally.unknown, '  needs a decision'),
    ...some('waiting to be sent', tally.waiting),
    ...some('sent, result not known yet', tally.submitted),
    ...missingLines(tally.missing, allChanges(tally.changes)['delete-card']),
    ...changeLines(tally.changes),
    '',
    ...report.unknownBatches.flatMap((batch) => [
      `  unknown batch ${batch.externalBatchId}: ${count(batch.records)} ${plural(batch.records, 'record')}, ${batch.attempts} ${plural(batch.attempts, 'attempt')}, ${batch.reason}`,
      '    when the provider has it, and says under which id:',
      `      enrollkit resolve ${batch.externalBatchId} --sent PROVIDER_BATCH_ID`,
      '    when the provider does not have it:',
      `      enrollkit resolve ${batch.externalBatchId} --not-sent`,
    ]),
    report.addsUp ? '  the sums add up' : '  THE SUMS DO NOT ADD UP: please report this as a defect',
    `  exit ${exitCodes[exit].code}: ${exitCodes[exit].meaning}`,
  ].join('\n');
}

const resendRemarks: Readonly<Record<ResendClass, string>> = {
  again: '  enrollkit retry sends them again',
  later: '  in 3 to 6 months, or once the account range is enabled: retry --code',
  never: '',
};

function heading({ intake }: Report): string[] {
  const { id, source, state, purgedAt } = intake;
  const part = selectionText(intake);
  return [
    `intake ${id}  ${source}  (${state})`,
    ...(part === undefined ? [] : [`  only ${part}`]),
    '',
    ...(purgedAt === undefined
      ? []
      : [`  purged on ${purgedAt.toISOString().slice(0, 10)}: the sums are kept, the records are gone`, '']),
  ];
}
