import type { Report } from '@enrollkit/pipeline';
import { exitCodes, type ExitName } from '../exit-codes.ts';
import { count } from '../terminal/format.ts';

/** The report as a person reads it. */
export function reportText(report: Report, exit: ExitName): string {
  const { tally } = report;
  const line = (label: string, value: number, mark = ''): string =>
    `  ${label.padEnd(26)}${count(value).padStart(12)}${mark}`;
  const some = (label: string, value: number, mark = ''): string[] =>
    value === 0 ? [] : [line(label, value, mark)];
  return [
    `intake ${report.intake.id}  ${report.intake.source}  (${report.intake.state})`,
    '',
    ...(report.intake.purgedAt === undefined
      ? []
      : [
          `  purged on ${report.intake.purgedAt.toISOString().slice(0, 10)}: the sums are kept, the records are gone`,
          '',
        ]),
    line('rows read', tally.rows),
    line('rejected before sending', tally.rejected),
    ...report.rejections.map(({ code, records }) => line(`    ${code}`, records)),
    line('records', tally.records),
    line('enrolled', tally.enrolled),
    line('refused by the provider', tally.refused),
    ...report.refusals.map(({ code, records }) => line(`    ${code}`, records)),
    ...some('abandoned', tally.abandoned),
    ...some('unknown', tally.unknown, '  needs a decision'),
    ...some('waiting to be sent', tally.waiting),
    ...some('sent, result not known yet', tally.submitted),
    '',
    ...report.unknownBatches.flatMap((batch) => [
      `  unknown batch ${batch.externalBatchId}: ${count(batch.records)} records, ${batch.attempts} attempts, ${batch.reason}`,
      `    enrollkit resolve ${batch.externalBatchId} --sent PROVIDER_BATCH_ID | --not-sent`,
    ]),
    report.addsUp ? '  the sums add up' : '  THE SUMS DO NOT ADD UP: please report this as a defect',
    `  exit ${exitCodes[exit].code}: ${exitCodes[exit].meaning}`,
  ].join('\n');
}
