import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError, openInput, readSidecar, type ControlTotals, type Input } from '@enrollkit/pipeline';
import type { Intake } from '@enrollkit/ledger';
import { decodingOf } from '../assemble.ts';
import type { InputConfig } from '../config/load.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';

/** A file's path as the ledger keeps it: the same from every folder. Standard input stays `-`. */
export function absolute(file: string): string {
  return file === '-' ? file : resolve(file);
}

/**
 * Opens a file while `work` runs. Throws `InputError`, and `RunnerError` `interrupted` or `terminated` when a
 * signal came before the file was digested.
 */
export async function withInput<T>(
  { stop, stoppedBy, inputConfig }: Pick<Context, 'stop' | 'stoppedBy' | 'inputConfig'>,
  source: string,
  work: (input: Input) => Promise<T>,
): Promise<T> {
  const { input: settings } = inputConfig();
  const expected = await expectedTotals(source, settings);
  const input = await openInput(source, { stop, decoding: decodingOf(settings), expected });
  try {
    return await work(input);
  } catch (error) {
    if (!(error instanceof InputError && error.code === 'input-stopped')) throw error;
    throw new RunnerError(
      stoppedBy() === 'SIGTERM' ? 'terminated' : 'interrupted',
      'stopped on request while the input was being read; nothing was sent',
      { hint: 'start the same command again' },
    );
  } finally {
    await input.close();
  }
}

/** What the flags and the file beside the input say that it has. */
async function expectedTotals(
  source: string,
  { sidecar, expectRows, expectDigest }: InputConfig['input'],
): Promise<ControlTotals> {
  return {
    ...(sidecar !== undefined && source !== '-' && (await readSidecar(source, sidecar))),
    ...(expectRows !== undefined && { rows: expectRows }),
    ...(expectDigest !== undefined &&
      (expectDigest.length === MD5_DIGITS ? { md5: expectDigest } : { sha256: expectDigest })),
  };
}

const MD5_DIGITS = 32;

/**
 * Opens an intake's own input while `work` runs, if the file still exists and still has the intake's digest;
 * `work` gets undefined otherwise, and a note says so when the file has changed.
 */
export async function withOwnInput<T>(
  context: Context,
  intake: Intake,
  work: (input?: Input) => Promise<T>,
): Promise<T> {
  const { source } = intake;
  if (source === '-' || !existsSync(source) || !statSync(source).isFile()) return work();
  return withInput(context, source, async (input) => {
    const same = input.bytes === intake.bytes && (await input.digest()) === intake.digest;
    if (!same) context.terminal.note(`${source} has changed since it was read; continuing without it`);
    return work(same ? input : undefined);
  });
}

/** The refusal of a command that needs the clear data of an intake that was not read to its end. */
export function inputNeeded(intake: Intake): RunnerError {
  return new RunnerError(
    'input-needed',
    `Intake ${intake.id} was not read to its end, and that needs its input (${intake.source})`,
    { hint: 'name it: enrollkit resume --file FILE' },
  );
}
