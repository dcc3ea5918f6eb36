import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Ledger } from '@enrollkit/ledger';
import {
  columnFinder,
  correctedRows,
  openInput,
  openReader,
  readCorrections,
  type Correction,
  type Input,
  type ReadingSettings,
} from '@enrollkit/pipeline';
import { defined } from '@enrollkit/base';
import { defineCommand, type AnyCommand } from '../command.ts';
import { readingOf } from '../assemble.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { withInput } from '../process/input.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake } from '../process/process-intake.ts';

/** Where the original is, and whether to ask. */
export interface CorrectOptions {
  /** Default: where the ledger says that it was read. */
  readonly file?: string;
  readonly yes?: boolean;
}

/**
 * `enrollkit correct FILE`: enrolls rejected rows with the corrections of a file: its references and
 * corrected columns. Everything else, the card numbers too, is read again from the original.
 */
export async function correct(
  context: Context,
  file: string,
  { file: original, yes }: CorrectOptions,
): Promise<ExitName> {
  const loaded = context.config();
  const configured = readingOf(loaded);
  const corrections = await readCorrections(file, columnFinder(configured.columns));
  const reading = readingOfCorrections(configured);
  return withProcessing(context, { command: 'correct', as: 'loader', reading }, async (processing) => {
    const source = original ?? (await sourceOf(processing.ledger, corrections));
    return withInput(context, source, async (input) => {
      const corrected = await openCorrected({ file, corrections, input, reading: configured });
      try {
        const intake = await processing.pipeline.open(corrected);
        return await processIntake(context, processing, { intake, input: corrected, ask: yes !== true });
      } finally {
        await corrected.close();
      }
    });
  });
}

/** Corrected rows are NDJSON under the fields' own names; how values are written stays. */
function readingOfCorrections({
  expiry,
  mobile,
  accountRanges,
  rejectsTestNumbers,
}: ReadingSettings): ReadingSettings {
  return defined<ReadingSettings>({ format: 'ndjson', expiry, mobile, accountRanges, rejectsTestNumbers });
}

interface Corrected {
  readonly file: string;
  readonly corrections: readonly Correction[];
  readonly input: Input;
  readonly reading: ReadingSettings;
}

/** The corrected rows as an input of their own, which is kept encrypted. */
async function openCorrected({ file, corrections, input, reading }: Corrected): Promise<Input> {
  const reader = await openReader(input, reading);
  const rows = correctedRows(corrections, { reader, digest: await input.digest() });
  return openInput('-', { stdin: Readable.from(rows), name: resolve(file) });
}

/** Where the file that the corrections refer to was read. Throws `RunnerError` `input-needed`. */
async function sourceOf(
  ledger: Pick<Ledger, 'listIntakes'>,
  [first]: readonly Correction[],
): Promise<string> {
  const intakes = await ledger.listIntakes();
  const found = intakes.find(({ digest }) => first !== undefined && digest.startsWith(first.reference.file));
  if (found !== undefined && found.source !== '-') return found.source;
  throw new RunnerError(
    'input-needed',
    'The corrections are of a file that the ledger does not know, or that was standard input',
    {
      hint: 'name the original: enrollkit correct FILE --file ORIGINAL',
    },
  );
}

/** `enrollkit correct` as it is typed. */
export const correctCommand: AnyCommand = defineCommand<CorrectOptions>({
  declare: (command) =>
    command
      .argument('<file>')
      .option('--file <original>', 'the file in which the rows were rejected, if it has moved')
      .option('-y, --yes', 'do not ask on a terminal'),
  examples: [
    {
      line: 'enrollkit correct cardholders.rejections.csv',
      does: 'the corrected rows; masked card numbers are read again from the original',
    },
  ],
  run: (context, options, [file]) => correct(context, file, options),
});
