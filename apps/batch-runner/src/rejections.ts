import { parse, resolve } from 'node:path';
import type { Intake, Ledger } from '@enrollkit/ledger';
import { writeRejectionsFile, type Input } from '@enrollkit/pipeline';
import { readingOf } from './assemble.ts';
import type { LoadedConfig } from './config/load.ts';
import { count } from './terminal/format.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The intake, and its input, which holds the rows in clear. */
export interface Rejected {
  readonly intake: Intake;
  readonly input: Input;
}

/** As configured, or beside the input under its name and ending, for the rejections keep its format. */
function rejectionsPath({ source }: Input, { format }: Intake, { config, folder }: LoadedConfig): string {
  if (config.output.rejectionsFile !== undefined) return resolve(folder, config.output.rejectionsFile);
  if (source === '-') return resolve(folder, `stdin.rejections.${format}`);
  const { dir, name, ext } = parse(source);
  return resolve(dir, `${name}.rejections${ext}`);
}

/** Writes the rejected rows of a loaded intake, to be corrected and run again, and prints where. */
export async function writeRejections(
  terminal: Terminal,
  { ledger, loaded }: { readonly ledger: Ledger; readonly loaded: LoadedConfig },
  { intake, input }: Rejected,
): Promise<void> {
  const path = rejectionsPath(input, intake, loaded);
  const written = await writeRejectionsFile(ledger, { intake, input, reading: readingOf(loaded) }, path);
  if (written > 0)
    terminal.note(`${count(written)} rejected rows are in ${path}; correct them there and run that file`);
}
