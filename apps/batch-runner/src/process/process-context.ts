import { resolve } from 'node:path';
import { defined } from '@enrollkit/base';
import {
  describeProgramme,
  type ChangeRules,
  type EnrollmentRecord,
  type Provider,
  type SingleOperations,
} from '@enrollkit/enrollment';
import type { KeySet } from '@enrollkit/keys';
import type { Intake, Ledger, LedgerLock, SharedLedger } from '@enrollkit/ledger';
import { Pipeline, systemClock, type PipelineSettings, type ReadingSettings } from '@enrollkit/pipeline';
import {
  environmentOf,
  openFingerprintKey,
  openLedgerToProcess,
  openProvider,
  providerKeySet,
  readingOf,
  readSigningKey,
  settingsOf,
} from '../assemble.ts';
import { actor, configDigest } from '../audit.ts';
import type { LoadedConfig } from '../config/load.ts';
import { programmeOf } from '../config/programme.ts';
import { termsOf } from '../config/terms.ts';
import type { Context } from '../context.ts';
import { expiry } from '../doctor/expiry.ts';
import { notPinnedWarning, takesAnyKey, unconfirmedWarning } from '../key-set-state.ts';
import { inboxFor, openInbox, type OnComplete } from '../notifications/inbox.ts';
import { openLog, type RunLog } from '../observe/log.ts';
import { openMetrics } from '../observe/metrics.ts';
import { Progress } from '../observe/progress.ts';
import type { RunMetrics } from '../observe/run-metrics.ts';
import { openTracing, type Tracing } from '../observe/tracing.ts';

/** What a command that processes intakes works with, under the ledger's lock. */
export interface ProcessContext {
  readonly pipeline: Pipeline;
  readonly ledger: Ledger;
  readonly lock: LedgerLock;
  readonly loaded: LoadedConfig;
  readonly progress: Progress;
  readonly tracing: Tracing;
  readonly command: string;
  /** How the input is read. */
  readonly reading: ReadingSettings;
  /** Aborts on request and when the lock is lost. */
  readonly stop: AbortSignal;
  /** Shows progress of this intake from now on. */
  track(intake: Intake): void;
}

/**
 * Which command processes, and whether it sets the terms of sending for all who share the ledger or follows
 * them.
 */
export interface ProcessOptions {
  readonly command: string;
  readonly as: 'loader' | 'worker';
  /** How the input is read; default: as the configuration says. */
  readonly reading?: ReadingSettings | undefined;
  /**
   * Whether each record is sealed for the operation that enrolls one card and answers at once, instead of in
   * batches.
   */
  readonly oneCard?: boolean;
  /**
   * What is done with a batch whose results came as notifications; default: its poll is due, and answered by
   * them.
   */
  readonly onNotified?: OnComplete;
  /** What happens with differences, in place of the configuration. */
  readonly changes?: Partial<ChangeRules>;
  /** Of a migration: which records that are not enrolled here stay out of it. */
  readonly withhold?: (record: EnrollmentRecord) => boolean;
}

/**
 * Takes the ledger's lock, opens everything a run needs, runs `work`, and closes it all, whatever happens.
 */
export async function withProcessing<T>(
  context: Context,
  options: ProcessOptions,
  work: (processing: ProcessContext) => Promise<T>,
): Promise<T> {
  const { command, as } = options;
  const loaded = context.config();
  const { ledger, shared } = await openLedgerToProcess(loaded);
  try {
    const lock = await ledger.lock(command, { as, terms: termsOf(loaded.config) });
    const stop = AbortSignal.any([context.stop, lock.stopped, lock.lost]);
    try {
      const opened = defined<Opened>({ ...options, context, loaded, ledger, lock, stop, shared });
      const result = await withProvider(opened, work);
      // Whoever was stopped because the lock is lost, the terms have changed or the ledger went back in time
      // says so.
      lock.lost.throwIfAborted();
      return result;
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

interface Opened extends ProcessOptions {
  readonly context: Context;
  readonly loaded: LoadedConfig;
  readonly ledger: Ledger;
  readonly lock: LedgerLock;
  readonly stop: AbortSignal;
  readonly shared?: SharedLedger;
}

async function withProvider<T>(opened: Opened, work: (processing: ProcessContext) => Promise<T>): Promise<T> {
  const tracing = await openTracing();
  const keys = providerKeySet(opened.loaded);
  const whole = await openProvider(opened.loaded, { keys });
  const traced = tracing.provider(whole);
  const provider = opened.oneCard === true ? { ...traced, seal: whole.sealOne, parts: undefined } : traced;
  const inbox = inboxFor(opened);
  try {
    await recordStart(opened, provider, keys);
    const receiver = inbox && (await openInbox(opened, inbox, opened.onNotified));
    try {
      return await withObservers({ ...opened, tracing, provider: inbox?.wrap(provider) ?? provider }, work);
    } finally {
      await receiver?.close();
    }
  } finally {
    await provider.close();
  }
}

/**
 * Warns of a certificate that ends soon, of keys that are not pinned and of a key set that is used from its
 * cache, and writes into the audit trail who started what with which keys.
 */
async function recordStart(
  { context, loaded, ledger, command }: Opened,
  provider: Provider,
  keys: KeySet | undefined,
): Promise<void> {
  const signingKey = await readSigningKey(loaded.config.signing, loaded.folder);
  const end = expiry('the signing key', signingKey.notAfter);
  if (end.verdict !== 'ok') context.terminal.warn(end.message, end.hint);
  if (takesAnyKey(loaded.config))
    context.terminal.warn(notPinnedWarning.message, 'enrollkit doctor shows the key and how to pin it');
  const sealingKid = (await provider.currentKid()) ?? 'not known';
  const unconfirmed = keys && unconfirmedWarning(keys.status, loaded.config.encryption.maxAgeDays);
  if (unconfirmed !== undefined) context.terminal.warn(unconfirmed.message, unconfirmed.hint);
  await ledger.appendEvent({
    at: new Date(),
    actor: actor(),
    action: command,
    detail: {
      config: resolve(loaded.file),
      environment: environmentOf(loaded.config),
      programme: describeProgramme(programmeOf(loaded.config)),
      configDigest: configDigest(loaded),
      signingKey: signingKey.publicKeySha256,
      sealingKid,
    },
  });
}

interface Connected extends Opened {
  readonly tracing: Tracing;
  readonly provider: Provider & SingleOperations;
}

async function withObservers<T>(
  connected: Connected,
  work: (processing: ProcessContext) => Promise<T>,
): Promise<T> {
  const { context, loaded, ledger, lock, stop, command, tracing } = connected;
  const reading = connected.reading ?? readingOf(loaded);
  const log = openLog(loaded, ({ message }) =>
    context.terminal.warn(
      `the log ${loaded.config.output.logFile ?? ''} cannot be written: ${message}`,
      'the run continues without it; what happened is in the ledger',
    ),
  );
  let current: Intake | undefined;
  const metrics = await openMetrics(loaded, async () => current && ledger.tally(current.id));
  const progress = new Progress(context.terminal, async () => ledger.tally(current?.id ?? ''));
  const pipeline = openPipeline({ ...connected, reading }, { log, metrics, progress });
  const track = (intake: Intake): void => {
    current = intake;
    progress.start();
  };
  try {
    return await tracing.command(command, () =>
      work({ command, reading, pipeline, ledger, lock, loaded, progress, tracing, stop, track }),
    );
  } finally {
    progress.stop();
    await metrics.close();
    log.close();
  }
}

interface Observers {
  readonly log: RunLog;
  readonly metrics: RunMetrics;
  readonly progress: Progress;
}

function openPipeline(
  {
    loaded,
    ledger,
    lock,
    shared,
    as,
    oneCard,
    changes,
    withhold,
    tracing,
    provider,
    reading = {},
  }: Connected,
  { log, metrics, progress }: Observers,
): Pipeline {
  const settings = settingsOf(loaded.config);
  return new Pipeline({
    ledger: tracing.ledger(ledger),
    provider,
    single: provider,
    // A worker reads no input.
    fingerprintKey: as === 'worker' ? undefined : openFingerprintKey(loaded),
    environment: environmentOf(loaded.config),
    programme: programmeOf(loaded.config),
    settings: {
      ...(oneCard === true ? atOnce(settings) : settings),
      changes: { ...settings.changes, ...changes },
    },
    reading,
    withhold,
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
}

/**
 * For one card: a person waits for its answer, so no window is waited for; its rejection is no share of
 * anything.
 */
function atOnce({ times: _times, ...settings }: PipelineSettings): PipelineSettings {
  return { ...settings, batchSize: 1, tolerated: {} };
}
