import { clickToPayProvider } from '@enrollkit/client';
import type { Provider } from '@enrollkit/enrollment';
import { openSqliteLedger, type Intake, type Ledger } from '@enrollkit/ledger';
import {
  firstPollAfter,
  Pipeline,
  wasRefused,
  type Ending,
  type Input,
  type PipelineEvent,
} from '@enrollkit/pipeline';
import { oauth1 } from '@enrollkit/signing';
import { inputOf, type Cardholders } from './cardholders.ts';
import { engineOf, type Watch } from './engine.ts';
import type { ProviderKeys } from './keys.ts';
import type { SimulatedProcess } from './process.ts';
import { crashingLedger } from './crashing-ledger.ts';
import { SimulatedNetwork, type NetworkDependencies } from './network.ts';

/** What every process of a schedule finds when it starts. */
export interface Simulation extends NetworkDependencies {
  readonly ledgerPath: string;
  readonly cardholders: Cardholders;
  readonly keys: ProviderKeys;
  readonly watch: Watch;
  readonly observe: (event: PipelineEvent) => void;
}

/** What a process does under the ledger's lock. */
export interface ProcessContext {
  readonly proc: SimulatedProcess;
  readonly ledger: Ledger;
  readonly pipeline: Pipeline;
  readonly input: Input;
}

const srcClientId = '11111111-2222-3333-4444-555555555555';
const serviceId = 'BANK#01';

/** Starts a process: takes the lock, does the work, and gives everything back, as the command does. */
export async function runProcess<T>(
  simulation: Simulation,
  proc: SimulatedProcess,
  work: (context: ProcessContext) => Promise<T>,
): Promise<T> {
  const opened = await proc.unlessKilled(
    openSqliteLedger(simulation.ledgerPath, { now: simulation.time.now }, engineOf(proc, simulation.watch)),
  );
  const ledger = crashingLedger(opened, proc);
  const lock = await ledger.lock('simulate');
  const provider = providerOf(simulation, proc);
  const input = inputOf(simulation.cardholders, proc, simulation.plan.chunkBytes);
  const result = await work({
    proc,
    ledger,
    pipeline: pipelineOf(simulation, { proc, ledger, provider }),
    input,
  });
  await provider.close();
  await proc.unlessKilled(lock.release());
  await ledger.close();
  return result;
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
    // Kept for the length of the process, as a cached key set is, and looked up anew when the provider refuses it.
    encryptionKey: async (withdrawn) => {
      await proc.step('key', withdrawn ?? '');
      if (known === undefined || known.kid === withdrawn) known = keys.sealing(elapsed());
      return known;
    },
    transport: { dispatcher: new SimulatedNetwork(simulation, proc) },
  });
}

interface Inside {
  readonly proc: SimulatedProcess;
  readonly ledger: Ledger;
  readonly provider: Provider;
}

function pipelineOf(
  { plan, time, random, observe }: Simulation,
  { proc, ledger, provider }: Inside,
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
    notify: observe,
  });
}

interface Sleep extends Pick<Simulation, 'time'> {
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
  readonly proc: SimulatedProcess;
}

async function sleeping({ ms, signal, proc, time }: Sleep): Promise<void> {
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

/** The commands an operator runs. */
export interface Commands {
  /** `enrollkit run` or `resume`: with the file or, once it is read, without it. */
  run(context: ProcessContext, withFile: boolean): Promise<Ending>;
  /** `enrollkit retry`. */
  retry(context: ProcessContext): Promise<Ending>;
  /** `enrollkit resolve` and `abandon` for every unknown batch, by what the provider's world shows. */
  resolve(context: ProcessContext): Promise<Ending>;
}

/** The commands of one simulation. */
export function commandsIn({ world, plan, random, time }: Simulation): Commands {
  return {
    async run({ ledger, pipeline, input, proc }, withFile) {
      const [known] = await ledger.listIntakes();
      const intake = known ?? (await pipeline.open(input));
      const needed = withFile || intake.state === 'reading';
      if (needed && !(await pipeline.load(intake, input, proc.stop.signal))) return { kind: 'interrupted' };
      return pipeline.send(intake, proc.stop.signal, needed ? input : undefined);
    },
    async retry({ ledger, pipeline, input, proc }) {
      const intake = await theIntake(ledger);
      await pipeline.retry(intake, input, { chosen: wasRefused });
      return pipeline.send((await ledger.findIntake(intake.id)) ?? intake, proc.stop.signal);
    },
    async resolve({ ledger }) {
      const intake = await theIntake(ledger);
      for (const batch of await ledger.batchesIn(intake.id, 'unknown')) {
        const [taken] = world.batchesOf(batch.externalBatchId);
        const now = time.now();
        if (taken !== undefined)
          await ledger.recordReceipt(
            batch.id,
            taken.batchId,
            new Date(now + firstPollAfter(plan.settings.poll, () => random.next())),
          );
        else if (plan.abandons) await ledger.abandonBatch(batch.id);
        else await ledger.releaseUnknown(batch.id, new Date(now));
      }
      return { kind: 'interrupted' };
    },
  };
}

async function theIntake(ledger: Ledger): Promise<Intake> {
  const [intake] = await ledger.listIntakes();
  if (intake === undefined) throw new Error('the intake is gone');
  return intake;
}
