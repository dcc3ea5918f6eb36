import { defined } from '@enrollkit/base';
import { isSelective, type RowSelection } from '@enrollkit/pipeline';
import type { Command } from 'commander';
import { RunnerError } from '../errors.ts';
import { positive } from '../option-values.ts';
import { count, plural } from '../terminal/format.ts';

/** Declares the options that send a part of a file first. */
export function declareSelection(command: Command): Command {
  return command
    .option(
      '--limit <number>',
      'only the first so many rows; a later run of the file sends the others',
      positive,
    )
    .option(
      '--sample <number>',
      'the same with so many rows from all over the file, always the same ones',
      positive,
    );
}

/**
 * The rows that are chosen. Throws `RunnerError` `usage` where both are given, or the file is the whole of
 * all cardholders.
 */
export function selectionIn({
  limit,
  sample,
  full,
}: RowSelection & { readonly full?: boolean }): RowSelection {
  const selection = defined<RowSelection>({ limit, sample });
  if (limit !== undefined && sample !== undefined)
    throw new RunnerError('usage', '--limit and --sample are two ways to choose rows', {
      hint: 'give one of them',
    });
  if (isSelective(selection) && full === true)
    throw new RunnerError(
      'usage',
      '--full takes the file for the whole of all cardholders, and not a part of it',
      {
        hint: 'send a part without --full first, then the whole with it',
      },
    );
  return selection;
}

/** Which rows of a file are taken; undefined for all of them. */
export function selectionText({ limit, sample }: RowSelection): string | undefined {
  if (limit !== undefined) return `the first ${count(limit)} ${plural(limit, 'row')} of the file (--limit)`;
  return sample === undefined
    ? undefined
    : `${count(sample)} ${plural(sample, 'row')} from all over the file, chosen by its digest (--sample)`;
}
