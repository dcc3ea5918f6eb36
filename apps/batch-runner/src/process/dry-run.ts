import type { EnrollmentRecord, Provider } from '@enrollkit/enrollment';
import type { Plan } from '@enrollkit/pipeline';
import { openProvider } from '../assemble.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { withRegister } from '../register.ts';
import { count, plural } from '../terminal/format.ts';
import { withInput } from './input.ts';
import { planInput, planText, type PlanningOptions } from './planning.ts';

/** Bodies sealed at once; as in a run, a few more than cores. */
const LOOKAHEAD = 4;

/** An id of the form that batches have; nothing is sent under it. */
const PLACEHOLDER_ID = '00000000-0000-8000-8000-000000000000';

/**
 * `run --dry-run`: reads, validates, looks the register up and seals as a run would; sends nothing of any
 * cardholder and writes nothing. The provider's published keys are fetched. Works beside a runner.
 */
export async function dryRun(
  context: Context,
  file: string,
  options: Pick<PlanningOptions, 'again' | 'full' | 'confirmRemovals' | 'selection'>,
): Promise<ExitName> {
  const { terminal } = context;
  const loaded = context.config();
  const { batchSize } = loaded.config.sending;
  const provider = await openProvider(loaded);
  try {
    await withInput(context, file, (input) =>
      withRegister(loaded, async (register) => {
        const sealing = new TrialSealing(provider, batchSize);
        const onRecord = (record: EnrollmentRecord): Promise<void> => sealing.add(record);
        const made = await planInput(loaded, register, { ...options, input, onRecord });
        const sealed = await sealing.finish();
        if (terminal.mode.json) return terminal.resultJson({ kind: 'dry-run', ...made, sealed });
        const text = planText(made, loaded.config, await register.ledger.listIntakes());
        terminal.result(
          [text, ...sealedLines(sealed, made), 'dry run: nothing was sent or written'].join('\n'),
        );
      }),
    );
  } finally {
    await provider.close();
  }
  return 'allEnrolled';
}

/** What was sealed in a dry run. */
interface Sealed {
  readonly bodies: number;
  readonly bytes: number;
  readonly largest: number;
}

function sealedLines({ bodies, bytes, largest }: Sealed, { changes }: Plan): readonly string[] {
  if (bodies === 0) return [];
  const single = Object.values(changes).reduce((sum, of) => sum + of, 0);
  const apart =
    single === 0 ? '' : `; ${count(single)} single ${plural(single, 'request', 'requests')} beside`;
  return [
    `  sealed: ${count(bodies)} ${plural(bodies, 'request', 'requests')} of ${count(bytes)} bytes together, ${count(largest)} at most${apart}`,
  ];
}

/** Seals records in the batches that a run would make, a few at once, and keeps only their sizes. */
class TrialSealing {
  readonly #provider: Pick<Provider, 'seal'>;
  readonly #batchSize: number;
  #records: EnrollmentRecord[] = [];
  readonly #underWay: Promise<void>[] = [];
  #sealed: Sealed = { bodies: 0, bytes: 0, largest: 0 };

  constructor(provider: Pick<Provider, 'seal'>, batchSize: number) {
    this.#provider = provider;
    this.#batchSize = batchSize;
  }

  async add(record: EnrollmentRecord): Promise<void> {
    this.#records.push(record);
    if (this.#records.length < this.#batchSize) return;
    if (this.#underWay.length >= LOOKAHEAD) await this.#underWay.shift();
    this.#begin();
  }

  async finish(): Promise<Sealed> {
    if (this.#records.length > 0) this.#begin();
    await Promise.all(this.#underWay);
    return this.#sealed;
  }

  #begin(): void {
    const records = this.#records;
    this.#records = [];
    const sealing = this.#seal(records);
    // Whoever waits for it hears of a failure; until then it is not one that nobody handles.
    sealing.catch(() => undefined);
    this.#underWay.push(sealing);
  }

  async #seal(records: readonly EnrollmentRecord[]): Promise<void> {
    const { bytes } = await this.#provider.seal({ externalBatchId: PLACEHOLDER_ID, records });
    const { bodies, largest } = this.#sealed;
    this.#sealed = {
      bodies: bodies + 1,
      bytes: this.#sealed.bytes + bytes.length,
      largest: Math.max(largest, bytes.length),
    };
  }
}
