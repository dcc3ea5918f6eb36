import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { luhnDigit } from '@enrollkit/base';
import { recordKeyOf, type EnrollmentRecord, type Provider, type Submission } from '@enrollkit/enrollment';
import { openSqliteLedger, type Intake } from '@enrollkit/ledger';
import { FakeClock, temporaryFolder } from '@enrollkit/testkit';
import { onTestFinished } from 'vitest';
import {
  defaultSettings,
  openInput,
  Pipeline,
  report,
  type Again,
  type Ending,
  type PipelineSettings,
  type Plan,
  type PlannedRow,
  type Report,
  type RunContext,
} from '../src/index.ts';

/** The columns of a test file, as `row` fills them. */
const header =
  'externalConsumerId,externalCardId,pan,expiry,firstName,lastName,email,mobile,country,language,addressLine1,city,postalCode,privacyVersion';

/** A card number of its own for each number. */
export function panOf(number: number): string {
  const digits = `520473${String(number).padStart(9, '0')}`;
  return digits + luhnDigit(digits);
}

/** What a row may say otherwise than the others. */
export interface RowChanges {
  readonly consumer?: string;
  readonly card?: string;
  readonly pan?: string;
  readonly expiry?: string;
  readonly firstName?: string;
  readonly email?: string;
  readonly city?: string;
  readonly privacyVersion?: string;
}

/** A row for cardholder `number`. */
export function row(number: number, changes: RowChanges = {}): string {
  const {
    consumer = `c-${number}`,
    card = `k-${number}`,
    pan = panOf(number),
    expiry = '12/39',
    firstName = 'Zoe',
    email = `z${number}@example.com`,
    city = 'Town',
    privacyVersion = 'v1',
  } = changes;
  return `${consumer},${card},${pan},${expiry},${firstName},Doe,${email},+14155550123,US,en,Street 1,${city},12345,${privacyVersion}`;
}

/** Rows for cardholders from one number to another, both included. */
export function rows(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => row(from + index));
}

export function file(lines: readonly string[], lineEnd = '\n'): string {
  return [header, ...lines, ''].join(lineEnd);
}

/** How an office is set up. */
export interface OfficeOptions {
  readonly settings?: Partial<PipelineSettings>;
  /** What a submission is answered; by default it is accepted. */
  readonly submit?: (records: readonly EnrollmentRecord[]) => Submission | undefined;
  /** Why a record is refused; undefined for none. */
  readonly refuse?: (
    record: EnrollmentRecord,
  ) => { readonly code: string; readonly recoverable: boolean } | undefined;
}

/**
 * One ledger, and a provider that enrolls whatever it is sent, as often as it is sent: nothing but the
 * register keeps a card from being enrolled twice.
 */
export async function office(options: OfficeOptions = {}) {
  const folder = temporaryFolder();
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const ledger = await openSqliteLedger(folder.file('ledger.db'), { now: clock.now });
  onTestFinished(async () => {
    await ledger.close();
    folder[Symbol.dispose]();
  });
  const world = new Map<string, number>();
  const sent: EnrollmentRecord[][] = [];
  const context: RunContext = {
    ledger,
    provider: providerOf(options, { world, sent }),
    fingerprintKey: new Uint8Array(32).fill(7),
    environment: 'https://sandbox.example/api',
    programme: 'programme-1',
    settings: { ...defaultSettings, batchSize: 10, requestsPerSecond: 1_000, ...options.settings },
    reading: {},
    clock: {
      now: clock.now,
      monotonic: clock.now,
      sleep: async (ms, signal) => {
        await setImmediate();
        if (ms > 0 && !signal?.aborted) clock.advance(ms);
      },
    },
    random: () => 0,
    notify: () => undefined,
  };
  let files = 0;
  const written = (text: string): string => {
    const path = folder.file(`file-${(files += 1)}.csv`);
    writeFileSync(path, text);
    return path;
  };
  const never = new AbortController().signal;
  const loaded = async (text: string, again?: Again, changes: Partial<RunContext> = {}): Promise<Intake> => {
    const input = await openInput(written(text));
    const pipeline = new Pipeline({ ...context, ...changes });
    try {
      const intake = await pipeline.open(input, { again });
      await pipeline.load(intake, input, never);
      return (await ledger.findIntake(intake.id)) ?? intake;
    } finally {
      await input.close();
    }
  };
  const sentOut = async (intake: Intake): Promise<Ending> => new Pipeline(context).send(intake, never);
  return {
    ledger,
    context,
    clock,
    world,
    sent,
    /** Reads a file into the ledger, ready to be sent. */
    load: loaded,
    send: sentOut,
    /** The whole way of a file. */
    run: async (text: string, again?: Again): Promise<Report> => {
      const intake = await loaded(text, again);
      await sentOut(intake);
      return report(ledger, (await ledger.findIntake(intake.id)) ?? intake);
    },
    plan: async (
      text: string,
      again = false,
    ): Promise<Plan & { readonly notPlain: readonly PlannedRow[] }> => {
      const notPlain: PlannedRow[] = [];
      const input = await openInput(written(text));
      const made = await new Pipeline(context).plan(input, {
        again,
        onRow: (planned) => void notPlain.push(planned),
      });
      await input.close();
      return { ...made, notPlain };
    },
    /** Cards that the provider enrolled more than once. */
    doubled: () => [...world].filter(([, times]) => times > 1).map(([key]) => key),
  };
}

interface World {
  readonly world: Map<string, number>;
  readonly sent: EnrollmentRecord[][];
}

/** Bodies are in clear here: what is sealed is no part of these tests. */
function providerOf({ submit, refuse }: OfficeOptions, { world, sent }: World): Provider {
  const batches = new Map<string, readonly EnrollmentRecord[]>();
  return {
    seal: ({ externalBatchId, records }) =>
      Promise.resolve({ externalBatchId, bytes: Buffer.from(JSON.stringify(records)), kid: 'kid-1' }),
    currentKid: () => Promise.resolve('kid-1'),
    submit: async ({ externalBatchId, bytes }) => {
      const records = JSON.parse(Buffer.from(bytes).toString()) as EnrollmentRecord[];
      const answer = submit?.(records);
      if (answer !== undefined && answer.kind !== 'accepted') return answer;
      sent.push(records);
      batches.set(externalBatchId, records);
      for (const record of records)
        if (refuse?.(record) === undefined)
          world.set(recordKeyOf(record), (world.get(recordKeyOf(record)) ?? 0) + 1);
      return { kind: 'accepted', providerBatchId: externalBatchId };
    },
    poll: async (batchId) => ({
      kind: 'finished',
      outcomes: (batches.get(batchId) ?? []).map((record) => {
        const { externalConsumerId, externalCardId } = record;
        const refusal = refuse?.(record);
        return refusal === undefined
          ? { externalConsumerId, externalCardId, result: 'enrolled' as const }
          : { externalConsumerId, externalCardId, result: 'refused' as const, message: 'no', ...refusal };
      }),
    }),
    close: () => Promise.resolve(),
  };
}
