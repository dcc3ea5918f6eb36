import { clickToPayProvider } from '@enrollkit/client';
import type { Provider } from '@enrollkit/enrollment';
import { openSqliteLedger, type Intake, type Ledger } from '@enrollkit/ledger';
import { firstPollAfter, Pipeline, wasRefused, type Ending, type PipelineEvent } from '@enrollkit/pipeline';
import { oauth1 } from '@enrollkit/signing';
import { crashingLedger } from './crashing-ledger.ts';
import { engineOf, type Watch } from './engine.ts';
import { inputOf, type CardholderFile } from './files.ts';
import type { ProviderKeys } from './keys.ts';
import { SimulatedNetwork, type NetworkDependencies } from './network.ts';
import type { SimulatedProcess } from './process.ts';

/** What every process of a schedule finds when it starts. */
export interface Simulation extends NetworkDependencies {
  readonly ledgerPath: string;
  readonly keys: ProviderKeys;
  readonly watch: Watch;
  readonly observe: (name: string, event: PipelineEvent) => void;
}

/** What a process does under the ledger's lock. */
export interface ProcessContext {
  readonly proc: SimulatedProcess;
  readonly ledger: Ledger;
  readonly pipeline: Pipeline;
  readonly simulation: Simulation;
}

/** One command of the operator. */
export type Command = (context: ProcessContext) => Promise<Ending>;

const srcClientId = '11111111-2222-3333-4444-555555555555';
const serviceId = 'BANK#01';

/** Starts a process: takes the lock, does the work, and gives everything back, as the program does. */
export async function runProcess(
  simulation: Simulation,
  proc: SimulatedProcess,
  command: Command,
): Promise<Ending> {
  const opened = await proc.unlessKilled(
    openSqliteLedger(
      simulation.ledgerPath,
      { now: simulation.time.now, mergedAtOnce: simulation.plan.mergedAtOnce },
      engineOf(proc, simulation.watch),
    ),
  );
  const ledger = crashingLedger(opened, proc);
  const provider = providerOf(simulation, proc);
  try {
    const lock = await ledger.lock('simulate');
    lock.lost.addEventListener('abort', () => proc.stop.abort(), { once: true });
    const pipeline = pipelineOf(simulation, { proc, ledger, provider });
    const ending = await command({ proc, ledger, pipeline, simulation });
    lock.lost.throwIfAborted();
    await proc.unlessKilled(lock.release());
    return ending;
  } finally {
    if (proc.alive) {
      await provider.close();
      await ledger.close();
    }
  }
}

function providerOf(simulation: Simulation, proc: SimulatedProcess): Provider {
  const { keys, elapsed, time } = simulation;
  let known: ReturnType<ProviderKeys['sealing']> | undefined;
  return clickToPayProvider({
    baseUrl: 'https://provider.example/src/api/digital/payments',
    srcClientId,
    serviceId,
    authenticator: oauth1({
      consumerKey: 'client!key',
      clock: time.now,
      key: async () => {
        await proc.step('sign', '');
        return new Uint8Array(256);
      },
    }),
    // Kept for the length of the process, as a cached key set is, and looked up anew when the provider
    // refuses it.
    encryptionKey: async (withdrawn) => {
      await proc.step('key', withdrawn ?? '');
      if (known === undefined || known.kid === withdrawn) known = keys.sealing(elapsed());
      return known;
    },
    transport: { dispatcher: new SimulatedNetwork(simulation, proc) },
  });
}

interface PipelineParts {
  readonly proc: SimulatedProcess;
  readonly ledger: Ledger;
  readonly provider: Provider;
}

function pipelineOf(
  { plan, time, random, observe }: Simulation,
  { proc, ledger, provider }: PipelineParts,
): Pipeline {
  return new Pipeline({
    ledger,
    provider,
    fingerprintKey: new Uint8Array(32),
    environment: 'https://provider.example/src/api/digital/payments',
    programme: `${srcClientId}/${serviceId}`,
    settings: plan.settings,
    reading: { columns: {} },
    clock: {
      now: time.now,
      monotonic: time.now,
      sleep: (ms, signal) => sleeping({ ms, signal, proc, time }),
    },
    random: () => random.next(),
    notify: (event) => observe(proc.name, event),
  });
}

interface Sleep extends Pick<Simulation, 'time'> {
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
  readonly proc: SimulatedProcess;
}

/** Sleeps in virtual time, as one process; ends early when the signal aborts. */
export async function sleeping({ ms, signal, proc, time }: Sleep): Promise<void> {
  if (ms <= 0 || hasEnded(signal)) return;
  await proc.step('sleep', ms.toFixed(3));
  if (hasEnded(signal)) return;
  await new Promise<void>((resolve) => {
    const cancel = time.after(ms, proc, resolve);
    signal?.addEventListener(
      'abort',
      () => {
        cancel();
        resolve();
      },
      { once: true },
    );
  });
}

const hasEnded = (signal: AbortSignal | undefined): boolean => signal?.aborted ?? false;

/** Learns which intake a file is. */
export type OnIntake = (intakeId: string) => void;

/** `enrollkit run FILE`. */
export function runFile(file: CardholderFile, onIntake: OnIntake): Command {
  return async ({ pipeline, proc, simulation }) => {
    const input = inputOf(file, proc, simulation.plan.chunkBytes);
    const intake = await pipeline.open(input);
    onIntake(intake.id);
    if (!(await pipeline.load(intake, input, proc.stop.signal)))
      return (await pipeline.passedLimit(intake)) ?? { kind: 'interrupted' };
    return pipeline.send(intake, proc.stop.signal, input);
  };
}

/** `enrollkit resume` of an intake that is read, without its file. */
export function resume(intakeId: string): Command {
  return async ({ ledger, pipeline, proc }) =>
    pipeline.send(await intakeIn(ledger, intakeId), proc.stop.signal);
}

/** `enrollkit retry FILE`: what the provider refused goes again in another generation. */
export function retryFile(file: CardholderFile, intakeId: string): Command {
  return async ({ ledger, pipeline, proc, simulation }) => {
    const input = inputOf(file, proc, simulation.plan.chunkBytes);
    await pipeline.retry(await intakeIn(ledger, intakeId), input, { chosen: wasRefused });
    return pipeline.send(await intakeIn(ledger, intakeId), proc.stop.signal);
  };
}

/**
 * `enrollkit resolve` and `abandon` for every unknown batch of an intake, by what the provider's world shows.
 */
export function resolve(intakeId: string): Command {
  return async ({ ledger, simulation }) => {
    const { world, plan, random, time } = simulation;
    for (const batch of await ledger.batchesIn(intakeId, 'unknown')) {
      const [taken] = world.batchesOf(batch.externalBatchId);
      const now = time.now();
      const firstPoll = firstPollAfter(plan.settings.poll, () => random.next());
      if (taken !== undefined) await ledger.recordReceipt(batch.id, taken.batchId, new Date(now + firstPoll));
      else if (plan.abandons) await ledger.abandonBatch(batch.id);
      else await ledger.releaseUnknown(batch.id, new Date(now));
    }
    return { kind: 'interrupted' };
  };
}

async function intakeIn(ledger: Ledger, intakeId: string): Promise<Intake> {
  const intake = await ledger.findIntake(intakeId);
  if (intake === undefined) throw new Error('the intake is gone');
  return intake;
}
