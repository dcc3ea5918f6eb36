import { existsSync, statSync } from 'node:fs';
import { InputError, openInput, Pipeline, systemClock, type Ending, type Input } from '@enrollkit/pipeline';
import {
  LedgerTermsError,
  type Intake,
  type Ledger,
  type LedgerLock,
  type SharedLedger,
} from '@enrollkit/ledger';
import { actor, configDigest } from './audit.ts';
import {
  openFingerprint,
  openLedgerToProcess,
  openProvider,
  readSigningKey,
  programmeOf,
  readingOf,
  settingsOf,
} from './assemble.ts';
import { printReport } from './commands/report.ts';
import type { LoadedConfig } from './config/load.ts';
import type { Context } from './context.ts';
import { expiry } from './doctor/expiry.ts';
import { adviceOn, exitOf } from './ending.ts';
import { RunnerError } from './errors.ts';
import type { ExitName } from './exit-codes.ts';
import { openLog } from './observe/log.ts';
import { openMetrics } from './observe/metrics.ts';
import { Progress } from './observe/progress.ts';
import { writeRejections } from './rejections.ts';
import { termsOf } from './config/terms.ts';
import { openTracing, type Tracing } from './observe/tracing.ts';

/** What a command that carries an intake forward works with, under the ledger's lock. */
export interface ProcessContext {
  readonly pipeline: Pipeline;
  readonly ledger: Ledger;
  readonly lock: LedgerLock;
  readonly loaded: LoadedConfig;
  readonly progress: Progress;
  readonly tracing: Tracing;
  readonly command: string;
  /** Aborts on request and when the lock is lost. */
  readonly stop: AbortSignal;
  /** Which intake is being carried, once it is known: progress is shown of it. */
  carry(intake: Intake): void;
}

/** Who carries: a command, and whether it sets the terms of sending for all who share the ledger or follows them. */
export interface ProcessOptions {
  readonly command: string;
  readonly as: 'loader' | 'worker';
}

/** Takes the lock, gathers the tools, does the work, and gives everything back whatever happens. */
export async function withProcessing<T>(
  context: Context,
  { command, as }: ProcessOptions,
  work: (carrying: ProcessContext) => Promise<T>,
): Promise<T> {
  const loaded = context.config();
  const { ledger, shared } = await openLedgerToProcess(loaded);
  try {
    const lock = await ledger.lock(command, { as, terms: termsOf(loaded.config) });
    const stop = AbortSignal.any([context.stop, lock.stopped, lock.lost]);
    try {
      const answer = await withContext(
        { context, loaded, ledger, lock, stop, command, as, ...(shared && { shared }) },
        work,
      );
      // Whoever was stopped because the others send otherwise by now should know it.
      if (lock.lost.reason instanceof LedgerTermsError) throw lock.lost.reason;
      return answer;
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

interface OpenedLedger extends ProcessOptions {
  readonly context: Context;
  readonly loaded: LoadedConfig;
  readonly ledger: Ledger;
  readonly lock: LedgerLock;
  readonly stop: AbortSignal;
  readonly shared?: SharedLedger;
}

async function withContext<T>(
  { context, loaded, ledger, lock, stop, command, as, shared }: OpenedLedger,
  work: (carrying: ProcessContext) => Promise<T>,
): Promise<T> {
  const tracing = await openTracing();
  const provider = tracing.provider(await openProvider(loaded));
  const log = openLog(loaded, ({ message }) =>
    context.terminal.warn(
      `the log ${loaded.config.output.logFile ?? ''} cannot be written: ${message}`,
      'the run goes on without it; what happened is in the ledger',
    ),
  );
  let current: Intake | undefined;
  const metrics = await openMetrics(loaded, async () => current && ledger.tally(current.id));
  const progress = new Progress(context.terminal, async () => ledger.tally(current?.id ?? ''));
  const pipeline = new Pipeline({
    ledger: tracing.ledger(ledger),
    provider,
    fingerprint: as === 'worker' ? workersReadNoCards : openFingerprint(loaded),
    programme: programmeOf(loaded.config),
    settings: settingsOf(loaded.config),
    reading: readingOf(loaded),
    clock: systemClock,
    random: Math.random,
    paused: () => lock.paused(),
    ...(shared && {
      pool: { ledger: tracing.shared(shared), longestRequestMs: loaded.config.provider.timeoutMs },
    }),
    notify: (event) => {
      log.observe(event);
      metrics.observe(event);
      progress.observe(event);
    },
  });
  const carry = (intake: Intake): void => {
    current = intake;
    progress.start();
  };
  const signingKey = await readSigningKey(loaded.config.signing, loaded.folder);
  const end = expiry('the signing key', signingKey.notAfter);
  if (end.verdict !== 'ok') context.terminal.warn(end.message, end.hint);
  const keys = {
    signingKey: signingKey.publicKeySha256,
    sealingKid: (await provider.currentKid()) ?? 'not known',
  };
  await ledger.appendEvent({
    at: new Date(),
    actor: actor(),
    action: command,
    detail: { config: loaded.file, configDigest: configDigest(loaded), ...keys },
  });
  try {
    return await tracing.command(command, () =>
      work({ command, pipeline, ledger, lock, loaded, progress, tracing, stop, carry }),
    );
  } finally {
    progress.stop();
    await metrics.close();
    await provider.close();
    log.close();
  }
}

/** A worker needs no key for fingerprints, and makes none: what it sends was sealed where it was read. */
function workersReadNoCards(): never {
  throw new Error('a worker reads no input');
}

/** An intake to be carried. */
export interface IntakeJob {
  readonly intake: Intake;
  /** To be read as far as it is not; its rejected rows are written down. */
  readonly input?: Input;
  /** The same input where nobody asked to read it, for what has to be sealed again. */
  readonly available?: Input;
}

/** Loads (as far as it is not loaded), sends, and tells how it ended. */
export async function processIntake(
  context: Context,
  tools: ProcessContext,
  job: IntakeJob,
): Promise<ExitName> {
  const { ledger, progress } = tools;
  tools.carry(job.intake);
  const ending = await loadAndSend(tools, job);
  progress.stop();
  const intake = (await ledger.findIntake(job.intake.id)) ?? job.intake;
  if (job.input !== undefined && intake.state !== 'reading')
    await writeRejections(context.terminal, tools, { intake, input: job.input });
  const advice = adviceOn(ending);
  if (advice !== undefined) context.terminal.warn(advice.text, advice.hint);
  const tally = await ledger.tally(intake.id);
  const exit = exitOf(ending, tally, context.stoppedBy());
  const { rows, rejected, enrolled, refused, unknown } = tally;
  await ledger.appendEvent({
    at: new Date(),
    actor: actor(),
    action: `${tools.command} ended`,
    intakeId: intake.id,
    detail: { exit, rows, rejected, enrolled, refused, unknown },
  });
  return printReport(context.terminal, ledger, { intake, exit });
}

async function loadAndSend(
  { pipeline, lock, tracing, stop }: ProcessContext,
  { intake, input, available }: IntakeJob,
): Promise<Ending> {
  if (input === undefined && intake.state === 'reading') throw inputNeeded(intake);
  const load = (from: Input): Promise<boolean> =>
    tracing.span(
      { name: 'load', attributes: { 'enrollkit.intake': intake.id, 'enrollkit.bytes': from.bytes } },
      () => withClaim(lock, intake, () => pipeline.load(intake, from, stop)),
      (done) => ({ attributes: { 'enrollkit.loaded': done } }),
    );
  if (input !== undefined && !(await load(input))) return { kind: 'interrupted' };
  return pipeline.send(intake, stop, input ?? available);
}

/** Keeps an intake from everybody else for as long as what it is made of changes. */
export async function withClaim<T>(lock: LedgerLock, intake: Intake, work: () => Promise<T>): Promise<T> {
  const claim = await lock.claim(intake.id);
  const answer = await work();
  await claim.release();
  return answer;
}

/** Opens a file for the length of some work. Throws `RunnerError` `STOPPED` when told to stop before the file was known. */
export async function withInput<T>(
  { stop, stoppedBy }: Pick<Context, 'stop' | 'stoppedBy'>,
  source: string,
  work: (input: Input) => Promise<T>,
): Promise<T> {
  const input = await openInput(source, { stop });
  try {
    return await work(input);
  } catch (error) {
    if (!(error instanceof InputError && error.code === 'INPUT_STOPPED')) throw error;
    throw new RunnerError(
      'STOPPED',
      'stopped on request while the input was looked through; nothing was sent',
      {
        hint: 'start the same command again',
        exit: stoppedBy() === 'SIGTERM' ? 'terminated' : 'interrupted',
      },
    );
  } finally {
    await input.close();
  }
}

/**
 * Opens an intake's own input for the length of some work, if it is where it was and is what it was; undefined
 * otherwise, and a person is told when it has changed.
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
    if (!same) context.terminal.note(`${source} is not what was read any more; going on without it`);
    return work(same ? input : undefined);
  });
}

/** The refusal of a command that cannot do without the clear data. */
export function inputNeeded(intake: Intake): RunnerError {
  return new RunnerError(
    'INPUT_NEEDED',
    `Intake ${intake.id} was not read to its end, and its input (${intake.source}) is needed for that`,
    { hint: 'name it: enrollkit resume --file FILE' },
  );
}
