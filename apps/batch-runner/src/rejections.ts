import { parse, resolve } from 'node:path';
import type { Intake, Ledger } from '@enrollkit/ledger';
import { writeRejectionsFile, type Input, type ReadingSettings } from '@enrollkit/pipeline';
import type { LoadedConfig } from './config/load.ts';
import { count, plural } from './terminal/format.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The intake, and its input, which holds the rows in clear. */
export interface Rejected {
  readonly intake: Intake;
  readonly input: Input;
}

/**
 * As configured, or beside the input under its name and ending, for the rejections keep its format; a fixed
 * width becomes CSV.
 */
function rejectionsPath({ source }: Input, { format }: Intake, { config, folder }: LoadedConfig): string {
  if (config.output.rejectionsFile !== undefined) return resolve(folder, config.output.rejectionsFile);
  if (source === '-') return resolve(folder, `stdin.rejections.${format}`);
  const { dir, name, ext } = parse(source);
  const isOwn = config.input.layout === undefined && config.input.open === undefined;
  const ending = isOwn && (format === 'csv') === !/^\.(?:nd)?jsonl?$/i.test(ext) ? ext : `.${format}`;
  return resolve(dir, `${name.replace(/\.rejections(?:-\d+)?$/, '')}.rejections${ending}`);
}

/** Writes the rejected rows of a loaded intake, to be corrected, and prints where. */
export async function writeRejections(
  terminal: Terminal,
  { ledger, loaded, reading }: RejectionsContext,
  { intake, input }: Rejected,
): Promise<void> {
  const wanted = rejectionsPath(input, intake, loaded);
  const { path, rows } = await writeRejectionsFile(ledger, { intake, input, reading }, wanted);
  if (path !== undefined)
    terminal.note(
      `${count(rows)} rejected ${plural(rows, 'row is', 'rows are')} in ${path}; correct ${rows === 1 ? 'it' : 'them'} there, then: enrollkit correct ${path}`,
    );
}

/** What is needed to read the rows again. */
export interface RejectionsContext {
  readonly ledger: Ledger;
  readonly loaded: LoadedConfig;
  readonly reading: ReadingSettings;
}
