import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { luhnDigit } from '@enrollkit/base';
import type {
  ChangeResult,
  Provider,
  RecordKey,
  RecordOutcome,
  SingleOperations,
} from '@enrollkit/enrollment';
import { openLedger } from '@enrollkit/ledger';
import { defaultSettings, openInput, Pipeline, systemClock, type Plan } from '@enrollkit/pipeline';

/** Every so many rows of the second extract differ: a half per cent. */
const CHANGED_EVERY = 200;

const header =
  'externalConsumerId,externalCardId,pan,expiry,firstName,lastName,email,mobile,country,language,addressLine1,city,postalCode';

/** What a full extract costs that differs in a half per cent of its rows from what is enrolled. */
export interface ChangesRow {
  readonly rows: number;
  readonly applied: number;
  /** Requests that the plan says, and that the run behind it made. */
  readonly requests: number;
  readonly sent: number;
  /** Rows planned in a second. */
  readonly planned: number;
  /** CPU microseconds a row: what a busy machine does not change. */
  readonly planCpuUs: number;
  readonly runCpuUs: number;
  /** Of a process that does nothing else. */
  readonly planPeakMb: number;
  readonly runPeakMb: number;
}

/** What one step cost, in a process of its own. */
interface Step {
  readonly count: number;
  readonly applied: number;
  readonly ms: number;
  readonly cpuUs: number;
  readonly peakMb: number;
}

/** Enrolls so many cards at a provider that does nothing, plans the next extract, and runs it. */
export async function measureChanges(rows: number): Promise<ChangesRow> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  try {
    await writeExtract(join(folder, 'first.csv'), rows, false);
    await writeExtract(join(folder, 'second.csv'), rows, true);
    inProcess('enroll', folder);
    const plan = inProcess('plan', folder);
    const run = inProcess('run', folder);
    return {
      rows,
      applied: plan.applied,
      requests: plan.count,
      sent: run.count,
      planned: Math.round((rows / plan.ms) * 1_000),
      planCpuUs: Math.round(plan.cpuUs / rows),
      runCpuUs: Math.round(run.cpuUs / rows),
      planPeakMb: plan.peakMb,
      runPeakMb: run.peakMb,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A step in a process of its own, with what is published: what another one needed does not count. */
function inProcess(step: keyof typeof steps, folder: string): Step {
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--max-semi-space-size=8', import.meta.filename, step, folder],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${step} ended with ${status}`);
  return JSON.parse(stdout) as Step;
}

/** What each step does; answers how many requests, and how many rows it applies. */
const steps = {
  enroll: (pipeline: Pipeline, folder: string) => runOf(pipeline, join(folder, 'first.csv'), false),
  plan: async (pipeline: Pipeline, folder: string) => {
    const input = await openInput(join(folder, 'second.csv'));
    const { unsent, requests }: Plan = await pipeline.plan(input, { full: true });
    await input.close();
    return { applied: unsent.applied, count: requests };
  },
  run: (pipeline: Pipeline, folder: string) => runOf(pipeline, join(folder, 'second.csv'), true),
};

async function runOf(
  pipeline: Pipeline,
  path: string,
  full: boolean,
): Promise<Pick<Step, 'count' | 'applied'>> {
  const stop = new AbortController().signal;
  const input = await openInput(path);
  const intake = await pipeline.open(input, { full });
  await pipeline.load(intake, input, stop);
  const ending = await pipeline.send(intake, stop, input);
  await input.close();
  if (ending.kind !== 'idle') throw new Error(`the run ended with ${ending.kind}`);
  return { count: requestsMade, applied: 0 };
}

let requestsMade = 0;

/** One step, as the process that was started for it. */
async function measureStep(step: keyof typeof steps, folder: string): Promise<Step> {
  const ledger = await openLedger(join(folder, 'ledger.db'));
  const lock = await ledger.lock('bench');
  const began = performance.now();
  const cpu = process.cpuUsage();
  const done = await steps[step](pipelineOn(ledger), folder);
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - began;
  await lock.release();
  await ledger.close();
  return { ...done, ms, cpuUs: user + system, peakMb: peakMb() };
}

function peakMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

function pipelineOn(ledger: ConstructorParameters<typeof Pipeline>[0]['ledger']): Pipeline {
  return new Pipeline({
    ledger,
    provider: acceptingProvider(),
    single: acceptingOperations(),
    fingerprintKey: new Uint8Array(32).fill(7),
    environment: 'https://provider.example',
    programme: 'programme',
    settings: {
      ...defaultSettings,
      batchSize: 1_000,
      requestsPerSecond: 100_000,
      poll: { firstMs: 1, maxMs: 1_000, factor: 2, jitter: 0 },
      changes: { ...defaultSettings.changes, contact: 'apply', billingAddress: 'apply', remove: 'apply' },
    },
    reading: {},
    clock: systemClock,
    random: Math.random,
    notify: () => undefined,
  });
}

/**
 * Enrolls whatever it is sent; the bodies are lists of ids, so that nothing is remembered of what waits in
 * the ledger.
 */
function acceptingProvider(): Provider {
  const sent = new Map<string, readonly RecordKey[]>();
  return {
    seal: async ({ externalBatchId, records }) => {
      const keys = records.map(({ externalConsumerId, externalCardId }) => ({
        externalConsumerId,
        externalCardId,
      }));
      return { externalBatchId, bytes: Buffer.from(JSON.stringify(keys)), kid: 'kid' };
    },
    currentKid: async () => 'kid',
    submit: async ({ externalBatchId, bytes }) => {
      requestsMade += 1;
      sent.set(externalBatchId, JSON.parse(Buffer.from(bytes).toString()) as readonly RecordKey[]);
      return { kind: 'accepted', providerBatchId: externalBatchId };
    },
    poll: async (batchId) => {
      requestsMade += 1;
      const outcomes = (sent.get(batchId) ?? []).map(
        (key): RecordOutcome => ({
          ...key,
          result: 'enrolled',
          providerConsumerId: `p-${key.externalConsumerId}`,
          providerCardId: `p-${key.externalCardId}`,
        }),
      );
      sent.delete(batchId);
      return { kind: 'finished', outcomes };
    },
    close: async () => undefined,
  };
}

/** Does whatever it is asked to. */
function acceptingOperations(): SingleOperations {
  const done = async (): Promise<ChangeResult> => {
    requestsMade += 1;
    return { kind: 'done' };
  };
  const never = () => Promise.reject(new Error('nothing is enrolled or read one by one'));
  return {
    cardsAreNamedBy: 'provider-id',
    updateProfile: done,
    updateCard: done,
    deleteCard: done,
    deleteProfile: done,
    enrollOne: never,
    getProfile: never,
    getCard: never,
  };
}

async function writeExtract(path: string, rows: number, changed: boolean): Promise<string> {
  const file = createWriteStream(path);
  file.write(`${header}\n`);
  for (let from = 0; from < rows; from += 5_000) {
    let text = '';
    for (let number = from; number < Math.min(rows, from + 5_000); number += 1) {
      const digits = `520473${String(number).padStart(9, '0')}`;
      const city = changed && number % CHANGED_EVERY === 0 ? 'Shelbyville' : 'Springfield';
      text += `consumer-${number},card-${number},${digits}${luhnDigit(digits)},12/39,Jane,Doe,jane.${number}@example.com,+14155550123,US,en,1 Main Street,${city},12345\n`;
    }
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return path;
}

const [, program, first = '2000000', folder] = process.argv;
if (program === import.meta.filename) {
  if (folder === undefined) console.table([await measureChanges(Number(first))]);
  else process.stdout.write(JSON.stringify(await measureStep(first as keyof typeof steps, folder)));
}
