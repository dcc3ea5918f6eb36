import type { Intake, LedgerView } from '@enrollkit/ledger';
import type { Input } from '../load/input/source.ts';
import { openReader, type ReadingSettings } from '../load/read.ts';
import { RejectionsFile } from './file.ts';

/** An intake whose rejected rows are to be written down. */
export interface RejectedIntake {
  readonly intake: Intake;
  readonly input: Input;
  readonly reading: ReadingSettings;
}

/**
 * Writes every rejected row of an intake, read again from the input, with what is wrong with it. Answers how many;
 * with none no file is made.
 */
export async function writeRejectionsFile(
  ledger: LedgerView,
  { intake, input, reading }: RejectedIntake,
  path: string,
): Promise<number> {
  const reader = await openReader(input, reading);
  const file = new RejectionsFile(path, reader);
  try {
    for await (const rejection of ledger.rejections(intake.id))
      await file.add({ rejection, row: await reader.readOne(rejection.place) });
  } finally {
    await file.close();
  }
  return file.count;
}
