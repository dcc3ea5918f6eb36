import { clickToPayProvider } from '@enrollkit/client';
import type { Provider } from '@enrollkit/enrollment';
import { openSqliteLedger, type Intake, type Ledger } from '@enrollkit/ledger';
import {
  firstPollAfter,
  fingerprintWith,
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
import type { Life } from './process.ts';
import { mortalLedger } from './crashing-ledger.ts';
import { SimulatedNetwork, type NetworkParts } from './network.ts';

/** What every process of a schedule finds when it starts. */
export interface Surroundings extends NetworkParts {
  readonly ledgerPath: string;
  readonly cardholders: Cardholders;
  readonly keys: ProviderKeys;
  readonly watch: Watch;
  readonly observe: (event: PipelineEvent) => void;
}

/** What a process does under the ledger's lock. */
export interface Tools {
  readonly life: Life;
  readonly ledger: Ledger;
  readonly pipeline: Pipeline;
  readonly input: Input;
}

const srcClientId = '11111111-2222-3333-4444-555555555555';
const serviceId = 'BANK#01';

/** Starts a process: takes the lock, does the work, and gives everything back, as the command does. */
export async function inProcess<T>(
  around: Surroundings,
  life: Life,
  work: (tools: Tools) => Promise<T>,
): Promise<T> {
  const opened = await life.outlive(
    openSqliteLedger(around.ledgerPath, { now: around.time.now }, engineOf(life, around.watch)),
  );
  const ledger = mortalLedger(opened, life);
  const lock = await ledger.lock('simulate');
  const provider = providerOf(around, life);
  const input = inputOf(around.cardholders, life, around.plan.chunkBytes);
  const result = await work({
    life,
    ledger,
    pipeline: pipelineOf(around, { life, ledger, provider }),
    input,
  });
  await provider.close();
  await life.outlive(lock.release());
  await ledger.close();
  return result;
}

function providerOf(around: Surroundings, life: Life): Provider {
  const { keys, elapsed, time } = around;
  let known: ReturnType<ProviderKeys['sealing']> | undefined;
  return clickToPayProvider({
    baseUrl: 'https://provider.example/src/api/digital/payments',
    srcClientId,
    serviceId,
    authenticator: oauth1({
      consumerKey: 'client!key',
      clock: time.now,
      key: async () => {
        await life.step('sign', '');
        return new Uint8Array(256);
      },
    }),
    // Kept for the length of the process, as a cached key set is, and looked up anew when the provider refuses it.
    encryptionKey: async (withdrawn) => {
      await life.step('key', withdrawn ?? '');
      if (known === undefined || known.kid === withdrawn) known = keys.sealing(elapsed());
      return known;
    },
    transport: { dispatcher: new SimulatedNetwork(around, life) },
  });
}

interface Inside {
  readonly life: Life;
  readonly ledger: Ledger;
  readonly provider: Provider;
}

function pipelineOf(
  { plan, time, random, observe }: Surroundings,
  { life, ledger, provider }: Inside,
): Pipeline {
  return new Pipeline({
    ledger,
    provider,
    fingerprint: fingerprintWith(new Uint8Array(32)),
    programme: `${srcClientId}/${serviceId}`,
    settings: plan.settings,
    reading: { columns: {} },
    clock: { now: time.now, sleep: (ms, signal) => sleeping({ ms, signal, life, time }) },
    random: () => random.next(),
    notify: observe,
  });
}

interface Sleep extends Pick<Surroundings, 'time'> {
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
  readonly life: Life;
}

async function sleeping({ ms, signal, life, time }: Sleep): Promise<void> {
  if (ms <= 0 || hasEnded(signal)) return;
  await life.step('sleep', ms.toFixed(3));
  if (hasEnded(signal)) return;
  await new Promise<void>((resolve) => {
    const takeBack = time.after(ms, life, resolve);
    signal?.addEventListener(
      'abort',
      () => {
        takeBack();
        resolve();
      },
      { once: true },
    );
  });
}

const hasEnded = (signal: AbortSignal | undefined): boolean => signal?.aborted ?? false;

/** What an operator lets a process do. */
export interface Commands {
  /** `enrollkit run` or `resume`: with the file at hand or, once it is read, without. */
  carry(tools: Tools, withFile: boolean): Promise<Ending>;
  /** `enrollkit retry`. */
  retry(tools: Tools): Promise<Ending>;
  /** `enrollkit resolve` and `abandon` for every parked batch, by what the provider's world shows. */
  resolve(tools: Tools): Promise<Ending>;
}

/** The commands over these surroundings. */
export function commandsIn({ world, plan, random, time }: Surroundings): Commands {
  return {
    async carry({ ledger, pipeline, input, life }, withFile) {
      const [known] = await ledger.listIntakes();
      const intake = known ?? (await pipeline.open(input));
      const needed = withFile || intake.state === 'reading';
      if (needed && !(await pipeline.load(intake, input, life.stop.signal))) return { kind: 'interrupted' };
      return pipeline.send(intake, life.stop.signal, needed ? input : undefined);
    },
    async retry({ ledger, pipeline, input, life }) {
      const intake = await theIntake(ledger);
      await pipeline.retry(intake, input, { chosen: wasRefused });
      return pipeline.send((await ledger.findIntake(intake.id)) ?? intake, life.stop.signal);
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
