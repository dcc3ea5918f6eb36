import type { Intake, Ledger } from '@enrollkit/ledger';
import { LedgerConflictError } from '@enrollkit/ledger';
import type { Input } from '@enrollkit/pipeline';
import { programmeOf } from '../config/programme.ts';
import { actor } from '../audit.ts';
import type { LoadedConfig } from '../config/load.ts';
import { RunnerError } from '../errors.ts';

/** The action in the audit trail that keeps the settings by which an intake was first read. */
const ACTION = 'read with';

/** The settings that decide what a file's rows and batches are. */
export interface ReadBy {
  readonly ledger: Ledger;
  readonly loaded: LoadedConfig;
}

type Flat = Readonly<Record<string, string>>;

/** Keeps the settings by which a new intake is read. */
export async function keepReading({ ledger, loaded }: ReadBy, intake: Intake): Promise<void> {
  if (intake.state !== 'reading' || intake.position.rows > 0) return;
  const detail = readingSettings(loaded);
  await ledger.appendEvent({ at: new Date(), actor: actor(), action: ACTION, intakeId: intake.id, detail });
}

/**
 * Opens the intake of an input. Throws `RunnerError` `reading-changed`, which names each changed setting and
 * the way on, when it is unfinished and was read by other settings.
 */
export async function openIntake(by: ReadBy, input: Input, open: () => Promise<Intake>): Promise<Intake> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof LedgerConflictError)) throw error;
    throw (await changedReading(by, input, error)) ?? error;
  }
}

async function changedReading(
  { ledger, loaded }: ReadBy,
  input: Input,
  cause: LedgerConflictError,
): Promise<RunnerError | undefined> {
  const intake = await ledger.findCurrentIntake(await input.digest(), programmeOf(loaded.config));
  if (intake === undefined) return undefined;
  const before = await keptReading(ledger, intake);
  const now = readingSettings(loaded);
  const changed = [...new Set([...Object.keys(before ?? {}), ...Object.keys(now)])].filter(
    (path) => before?.[path] !== now[path],
  );
  if (before === undefined || changed.length === 0) return undefined;
  const lines = changed.map(
    (path) => `  ${path} was ${before[path] ?? 'not set'}, and is ${now[path] ?? 'not set'}`,
  );
  const since = intake.createdAt.toISOString().slice(0, 10);
  return new RunnerError(
    'reading-changed',
    [
      `This file is unfinished as ${intake.source}, begun on ${since}, and was read by other settings:`,
      ...lines,
    ].join('\n'),
    {
      hint:
        intake.state === 'reading'
          ? 'set them as they were, and run it again'
          : 'finish it as it was read: enrollkit resume; then run it again with the new settings',
      cause,
    },
  );
}

async function keptReading(ledger: Ledger, { id }: Intake): Promise<Flat | undefined> {
  let kept: Flat | undefined;
  for await (const { action, detail } of ledger.events(id))
    if (action === ACTION)
      kept = Object.fromEntries(Object.entries(detail).map(([path, value]) => [path, String(value)]));
  return kept;
}

function readingSettings({ config: { input, sending } }: LoadedConfig): Flat {
  return { 'sending.batchSize': String(sending.batchSize), ...flat(input, 'input') };
}

function flat(value: unknown, path: string): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { [path]: typeof value === 'string' ? value : JSON.stringify(value) };
  return Object.assign(
    {},
    ...Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => flat(inner, `${path}.${key}`)),
  ) as Record<string, string>;
}
