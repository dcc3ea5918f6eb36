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

/** The rejections file of an intake: where it is, and how many rows it has. */
export interface WrittenRejections {
  /** Undefined when there is no file, for there is no row. */
  readonly path: string | undefined;
  readonly rows: number;
}

/**
 * Writes every rejected row of an intake, read again from the input, with what is wrong with it, and replaces
 * no file.
 */
export async function writeRejectionsFile(
  ledger: LedgerView,
  { intake, input, reading }: RejectedIntake,
  path: string,
): Promise<WrittenRejections> {
  const reader = await openReader(input, reading);
  const file = new RejectionsFile(path, { reader, digest: intake.digest });
  try {
    for await (const rejection of ledger.rejections(intake.id))
      await file.add({ rejection, row: await reader.readOne(rejection.place) });
  } catch (error) {
    await file.discard();
    throw error;
  }
  const rows = await file.close();
  return { path: file.path, rows };
}
