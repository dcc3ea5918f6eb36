import { lstat, rm } from 'node:fs/promises';
import { defineCommand, type AnyCommand } from '../command.ts';
import { whole } from '../option-values.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { count } from '../terminal/format.ts';
import { writeSample } from '../sample/index.ts';

/** How many, where to, and how bad. */
export interface SampleOptions {
  readonly records: number;
  readonly out: string;
  readonly seed: number;
  /** Bad rows among them. */
  readonly faulty: number;
  /** Replaces a file that is there. */
  readonly force?: boolean;
}

/** `enrollkit sample`: writes a file of synthetic cardholders. */
export async function sample(
  { terminal }: Context,
  { records, out, seed, faulty, force = false }: SampleOptions,
): Promise<ExitName> {
  const format = /\.(csv|ndjson)$/i.exec(out)?.[1]?.toLowerCase();
  if (format !== 'csv' && format !== 'ndjson') {
    throw new RunnerError('usage', `The name ${out} does not say the format`, {
      hint: 'end it in .csv or .ndjson',
    });
  }
  // Removed, and not written over: a link would lead elsewhere.
  if (force) await rm(out, { force });
  else if (await isThere(out))
    throw new RunnerError('file-exists', `There is a file at ${out} already; nothing was written`, {
      hint: 'name another, or replace it with --force',
    });
  const bad = await writeSample(out, { records, seed, faulty, format });
  terminal.note(
    `wrote ${count(records)} synthetic cardholders${bad.length > 0 ? ` and ${count(bad.length)} bad rows` : ''} to ${out}`,
  );
  return 'allEnrolled';
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** `enrollkit sample` as it is typed. */
export const sampleCommand: AnyCommand = defineCommand<SampleOptions>({
  declare: (command) =>
    command
      .requiredOption('-n, --records <number>', 'how many', whole)
      .requiredOption('-o, --out <file>', 'where to; the name decides the format (.csv, .ndjson)')
      .option('--seed <number>', 'the same seed makes the same file', whole, 1)
      .option('--faulty <number>', 'so many bad rows among them', whole, 0)
      .option('--force', 'replace a file that is there'),
  examples: [
    { line: 'enrollkit sample -n 1000 -o cardholders.csv', does: '1,000 rows that can be enrolled' },
    {
      line: 'enrollkit sample -n 1000 --faulty 20 -o cardholders.ndjson',
      does: 'and 20 that cannot, as NDJSON',
    },
  ],
  run: sample,
});
