import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { luhnDigit } from '@enrollkit/base';
import type { Provider, RecordKey, RecordOutcome } from '@enrollkit/enrollment';
import { openLedger } from '@enrollkit/ledger';
import { defaultSettings, openInput, Pipeline, systemClock, type Plan } from '@enrollkit/pipeline';

/** Every so many rows of the second extract differ: a half per cent. */
const CHANGED_EVERY = 200;

const header =
  'externalConsumerId,externalCardId,pan,expiry,firstName,lastName,email,mobile,country,language,addressLine1,city,postalCode';

/** What a plan of a full extract costs that differs in a half per cent of its rows from what is enrolled. */
export interface ChangesRow {
  readonly rows: number;
  readonly applied: number;
  readonly requests: number;
  /** Rows planned in a second. */
  readonly planned: number;
  readonly planMs: number;
  /** CPU microseconds a row: what a busy machine does not change. */
  readonly planCpuUs: number;
  /** Of the whole process, since it began: once enrolled, and once the plan was made. */
  readonly enrolledPeakMb: number;
  readonly peakMb: number;
}

/** Enrolls so many cards at a provider that does nothing, and plans the next extract. */
export async function measureChanges(rows: number): Promise<ChangesRow> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  try {
    const first = await writeExtract(join(folder, 'first.csv'), rows, false);
    const second = await writeExtract(join(folder, 'second.csv'), rows, true);
    const ledger = await openLedger(join(folder, 'ledger.db'));
    await ledger.lock('bench');
    const pipeline = pipelineOn(ledger);
    const stop = new AbortController().signal;
    const input = await openInput(first);
    const intake = await pipeline.open(input);
    await pipeline.load(intake, input, stop);
    await pipeline.send((await ledger.findIntake(intake.id)) ?? intake, stop, input);
    await input.close();
    const enrolledPeakMb = peakMb();
    const next = await openInput(second);
    const began = performance.now();
    const cpu = process.cpuUsage();
    const plan: Plan = await pipeline.plan(next, { full: true });
    const planMs = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    await next.close();
    await ledger.close();
    return {
      rows,
      applied: plan.unsent.applied,
      requests: plan.requests,
      planned: Math.round((rows / planMs) * 1_000),
      planMs: Math.round(planMs),
      planCpuUs: Math.round((user + system) / rows),
      enrolledPeakMb,
      peakMb: peakMb(),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function peakMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

function pipelineOn(ledger: ConstructorParameters<typeof Pipeline>[0]['ledger']): Pipeline {
  return new Pipeline({
    ledger,
    provider: acceptingProvider(),
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
      sent.set(externalBatchId, JSON.parse(Buffer.from(bytes).toString()) as readonly RecordKey[]);
      return { kind: 'accepted', providerBatchId: externalBatchId };
    },
    poll: async (batchId) => {
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

if (process.argv[1] === import.meta.filename)
  console.table([await measureChanges(Number(process.argv[2] ?? 2_000_000))]);
