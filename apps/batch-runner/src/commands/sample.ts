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
}

/** `enrollkit sample`: writes a file of synthetic cardholders. */
export async function sample(
  { terminal }: Context,
  { records, out, seed, faulty }: SampleOptions,
): Promise<ExitName> {
  const format = /\.(csv|ndjson)$/i.exec(out)?.[1]?.toLowerCase();
  if (format !== 'csv' && format !== 'ndjson') {
    throw new RunnerError('usage', `The name ${out} does not say the format`, {
      hint: 'end it in .csv or .ndjson',
    });
  }
  const bad = await writeSample(out, { records, seed, faulty, format });
  terminal.note(
    `wrote ${count(records)} synthetic cardholders${bad.length > 0 ? ` and ${count(bad.length)} bad rows` : ''} to ${out}`,
  );
  return 'allEnrolled';
}
