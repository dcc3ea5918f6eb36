import { writeFileSync } from 'node:fs';
import type { EnrollmentRecord, PartSlot, Provider } from '@enrollkit/enrollment';
import { openSqliteLedger, type Intake, type Ledger } from '@enrollkit/ledger';
import { FakeClock, temporaryFolder } from '@enrollkit/testkit';
import {
  defaultSettings,
  InputError,
  openInput,
  Pipeline,
  type PipelineEvent,
  type RunContext,
  type ThreadSettings,
} from '../src/index.ts';
import type { GeneratedFile } from './generated-files.ts';
import { partOf } from './test-part.ts';

/** How a file is loaded. */
export interface Loading {
  readonly threads: ThreadSettings;
  /** Whether it is told to stop at every step, and started again. */
  readonly inSteps?: boolean;
}

/** Everything that a load says of a file and leaves in the ledger, as text. */
export async function loaded(file: GeneratedFile, { threads, inSteps = false }: Loading): Promise<string> {
  using folder = temporaryFolder();
  const path = folder.file(file.name);
  writeFileSync(path, file.content);
  const clock = new FakeClock(Date.UTC(2026, 10, 22));
  const ledger = await openSqliteLedger(folder.file('ledger.db'), { now: clock.now });
  const input = await openInput(path, { decoding: file.settings }).catch(notOpened);
  const events: PipelineEvent[] = [];
  try {
    if (input === undefined) return 'not opened';
    const pipeline = new Pipeline({
      ...contextOf(ledger, file),
      threads,
      notify: (event) => void events.push(event),
      clock: { now: clock.now, monotonic: clock.now, sleep: () => Promise.resolve() },
    });
    const intake = await pipeline.open(input);
    const failed = await failureOf(() => loadToEnd(pipeline, { ledger, intake, input, inSteps }));
    // What rows were warned of, and how they were counted, is told by each start for the rows it read.
    const heard = inSteps ? [] : events.filter(({ kind }) => kind !== 'reading');
    return JSON.stringify({ failed, heard, ...(await leftIn(ledger, intake)) }, null, 1);
  } catch (error) {
    notOpened(error);
    return 'not opened';
  } finally {
    await input?.close();
    await ledger.close();
  }
}

function contextOf(ledger: Ledger, { settings }: GeneratedFile): Omit<RunContext, 'clock' | 'notify'> {
  return {
    ledger,
    provider: provider(),
    fingerprintKey: new Uint8Array(32).fill(7),
    environment: 'https://sandbox.example/api',
    programme: 'programme-1',
    settings: {
      ...defaultSettings,
      batchSize: 7,
      tolerated: { count: Infinity, percent: 100 },
      duplicates: { contact: 'reject', card: 'reject' },
    },
    reading: settings,
    random: () => 0,
  };
}

interface Load {
  readonly ledger: Ledger;
  readonly intake: Intake;
  readonly input: Parameters<Pipeline['load']>[1];
  readonly inSteps: boolean;
}

async function loadToEnd(pipeline: Pipeline, { ledger, intake, input, inSteps }: Load): Promise<void> {
  const stop = inSteps ? AbortSignal.abort() : new AbortController().signal;
  for (let starts = 0; starts < 200; starts += 1) {
    const now = (await ledger.findIntake(intake.id)) ?? intake;
    if (await pipeline.load(now, input, stop)) return;
  }
  throw new Error('the load came to no end');
}

/** What is in the ledger: rows that are not sent, records as they are kept, and the bodies. */
async function leftIn(ledger: Ledger, { id }: Intake) {
  const batches = await ledger.sendable(id, new Date(8e15), 1_000);
  const position = (await ledger.findIntake(id))?.position;
  // Of an input that breaks, what has reached the ledger before is a matter of time.
  if (batches.length === 0) return { position: undefined };
  return {
    position,
    tally: await ledger.tally(id),
    rejections: await Array.fromAsync(ledger.rejections(id)),
    unsent: await Array.fromAsync(ledger.unsent(id)),
    records: await Array.fromAsync(ledger.records(id)),
    bodies: batches.map(({ externalBatchId, body }) => [externalBatchId, Buffer.from(body.bytes).toString()]),
  };
}

/** Seals nothing: a body is the parts of its records, in clear. */
function provider(): Provider {
  const sealed = (externalBatchId: string, texts: readonly string[]) =>
    Promise.resolve({ externalBatchId, bytes: Buffer.from(texts.join('\n')), kid: 'kid-1' });
  const never = () => Promise.reject(new Error('nothing is sent'));
  return {
    seal: ({ externalBatchId, records }) => sealed(externalBatchId, records.map(clearText)),
    parts: {
      module: new URL('test-part.ts', import.meta.url).href,
      partOf,
      seal: (externalBatchId, parts) => sealed(externalBatchId, parts.map(textOfPart)),
    },
    currentKid: never,
    submit: never,
    poll: never,
    close: () => Promise.resolve(),
  };
}

/** The same of a record that no part can be made of. */
function clearText({ externalConsumerId, externalCardId, consumer, card }: EnrollmentRecord): string {
  return JSON.stringify([externalConsumerId, consumer]) + JSON.stringify([externalCardId, card]);
}

function textOfPart({ bytes, start, card, end }: PartSlot): string {
  const text = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString();
  return text(start, card) + text(card, end);
}

/** Of a file that is no input, nothing is loaded. */
function notOpened(error: unknown): undefined {
  if (!(error instanceof InputError)) throw error;
}

async function failureOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { code, message, hint, line, offset } = error;
    return { code, message, hint, line, offset };
  }
}
