import { setImmediate } from 'node:timers/promises';
import type { PollAnswer, Provider, ProviderReason, RecordOutcome, Submission } from '@enrollkit/enrollment';
import {
  DIGEST_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  openSqliteLedger,
  TWIN_BYTES,
  type BatchRow,
  type Ledger,
  type SendableBatch,
} from '@enrollkit/ledger';
import { FakeClock, temporaryFolder } from '@enrollkit/testkit';
import { onTestFinished } from 'vitest';
import { defaultSettings, scheduleOf, type PipelineEvent, type PipelineSettings } from '../src/index.ts';
import { Breaker } from '../src/send/breaker.ts';
import type { SendContext } from '../src/send/context.ts';
import { RateLimiter } from '../src/send/limiter.ts';
import type { PollableBatch } from '../src/send/poll.ts';

/** A reason as the client makes them. */
export const reason = (code: string, httpStatus = 503): ProviderReason => ({
  httpStatus,
  code,
  message: `the provider answered ${code}`,
  origin: 'service',
});

/** What a stage is tried with. */
export interface StageOptions {
  /** Records of each batch of the intake. */
  readonly batches?: readonly number[];
  readonly settings?: Partial<PipelineSettings>;
  /**
   * What each request is answered; by default every batch is accepted, and finished with every record
   * enrolled.
   */
  readonly submit?: (batch: string, attempt: number) => Submission | Promise<Submission>;
  /** Called with the check of each submission, where its first byte would leave. */
  readonly mayLeave?: (check: () => boolean) => void;
  readonly poll?: (batch: string, attempt: number) => PollAnswer | Promise<PollAnswer>;
  readonly kid?: () => string | undefined;
  readonly context?: Partial<SendContext>;
}

/**
 * A stage over a real ledger, on a clock that moves when somebody sleeps, with a provider that answers as
 * told.
 */
export async function stage(options: StageOptions = {}) {
  const { batches = [1], settings, context: more } = options;
  const folder = temporaryFolder();
  const clock = new FakeClock();
  const ledger = await openSqliteLedger(folder.file('ledger.db'), { now: clock.now });
  onTestFinished(async () => {
    await ledger.close();
    folder[Symbol.dispose]();
  });
  const heard: PipelineEvent[] = [];
  const requests: string[] = [];
  const intake = await loaded(ledger, batches);
  const sleepingClock = {
    now: clock.now,
    monotonic: clock.now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      await setImmediate();
      if (ms > 0 && !signal?.aborted) clock.advance(ms);
    },
  };
  const used = { ...defaultSettings, requestsPerSecond: 1_000, ...settings };
  const notify = (event: PipelineEvent): void => void heard.push(event);
  const context: SendContext = {
    ledger,
    provider: providerOf(options, requests, ledger),
    settings: used,
    clock: sleepingClock,
    limiter: new RateLimiter(scheduleOf(used), sleepingClock, ledger),
    breaker: new Breaker({ notify, clock: sleepingClock, pauseMs: used.backOffMs }),
    notify,
    random: () => 0,
    withdrawn: new Set(),
    ...more,
  };
  return {
    ledger,
    clock,
    context,
    intake,
    requests,
    heard: () => heard.map(({ kind }) => kind),
    events: heard,
    sendable: async (): Promise<SendableBatch> => {
      const [batch] = await ledger.sendable(intake.id, new Date(clock.now()), 1);
      if (batch === undefined) throw new Error('nothing is sendable');
      return batch;
    },
    batch: async (position = 0): Promise<BatchRow> => {
      const batch = await ledger.findBatch(intake.id, `batch-${position}`);
      if (batch === undefined) throw new Error('the batch is gone');
      return batch;
    },
    /** The batch after its receipt. */
    submitted: async (): Promise<PollableBatch> => {
      const [next] = await ledger.sendable(intake.id, new Date(clock.now()), 1);
      await ledger.recordIntent(next?.id ?? 0, new Date(clock.now()));
      await ledger.recordReceipt(next?.id ?? 0, 'provider-0', new Date(clock.now()));
      const batch = await ledger.findBatch(intake.id, next?.externalBatchId ?? '');
      return { ...(batch as BatchRow), providerBatchId: 'provider-0' };
    },
  };
}

/** The outcome of record number `row` of the intake. */
export const enrolled = (row: number): RecordOutcome => ({
  externalConsumerId: `consumer-${row}`,
  externalCardId: `card-${row}`,
  result: 'enrolled',
});

async function loaded(ledger: Ledger, sizes: readonly number[]) {
  const { id } = await ledger.openIntake({
    id: 'a1b2',
    digest: 'd1',
    programme: 'programme-1',
    source: 'cards.csv',
    bytes: 10_000,
    format: 'csv',
    batchSize: 10,
    readingDigest: 'r1',
  });
  let rows = 0;
  for (const [position, size] of sizes.entries()) {
    const records = Array.from({ length: size }, (_, index) => {
      const row = rows + index + 1;
      return {
        externalConsumerId: `consumer-${row}`,
        externalCardId: `card-${row}`,
        place: { row, line: row + 1, offset: row * 100, length: 99 },
        maskedPan: '555555******4444',
        fingerprint: String(row).padStart(64, '0'),
      };
    });
    const keys = Buffer.alloc(size * KEY_BYTES);
    for (const [index, { place }] of records.entries()) keys.writeUInt32BE(place.row, index * KEY_BYTES);
    rows += size;
    await ledger.commitRead({
      intakeId: id,
      rejections: [],
      keys,
      identities: new Uint8Array(size * HASH_BYTES),
      lines: Uint32Array.from(records, ({ place }) => place.line),
      position: { offset: rows * 100, line: rows + 1, rows, batches: position + 1 },
      batch: {
        generation: 1,
        position,
        records,
        register: {
          keys,
          digests: new Uint8Array(size * DIGEST_BYTES),
          twins: new Uint8Array(size * TWIN_BYTES),
        },
        body: {
          externalBatchId: `batch-${position}`,
          bytes: Buffer.from(`sealed ${position}`),
          kid: 'kid-1',
        },
      },
    });
  }
  await ledger.finishLoading(id);
  await ledger.claimRecords(id);
  await ledger.markReady(id);
  const intake = await ledger.findIntake(id);
  if (intake === undefined) throw new Error('the intake is gone');
  return intake;
}

function providerOf(
  { submit, poll, mayLeave, kid = () => 'kid-1' }: StageOptions,
  requests: string[],
  ledger: Ledger,
): Provider {
  const attempts = new Map<string, number>();
  const count = (request: string): number => {
    requests.push(request);
    attempts.set(request, (attempts.get(request) ?? 0) + 1);
    return attempts.get(request) ?? 0;
  };
  return {
    seal: ({ externalBatchId }) =>
      Promise.resolve({ externalBatchId, bytes: Buffer.from('sealed again'), kid: kid() ?? '' }),
    currentKid: () => Promise.resolve(kid()),
    submit: async ({ externalBatchId }, options) => {
      mayLeave?.(options?.mayLeave ?? (() => true));
      const attempt = count(`submit ${externalBatchId}`);
      return (
        (await submit?.(externalBatchId, attempt)) ?? {
          kind: 'accepted',
          providerBatchId: externalBatchId.replace('batch', 'provider'),
        }
      );
    },
    poll: async (providerBatchId) => {
      const attempt = count(`poll ${providerBatchId}`);
      const answer = await poll?.(providerBatchId, attempt);
      if (answer !== undefined) return answer;
      const batch = await ledger.findBatch('a1b2', providerBatchId.replace('provider', 'batch'));
      const records = await ledger.recordsOf(batch?.id ?? 0);
      return { kind: 'finished', outcomes: records.map(({ place }) => enrolled(place.row)) };
    },
    close: () => Promise.resolve(),
  };
}
