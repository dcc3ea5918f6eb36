import { randomUUID } from 'node:crypto';
import { defined } from '@enrollkit/base';
import type { Plan, PlannedRow as PlannedRowView, PlanSums } from '@enrollkit/contract/runner';
import type { Plan as MadePlan, PlannedRow } from '@enrollkit/pipeline';
import type { LoadedConfig } from '../../config/load.ts';
import { withInput } from '../../process/input.ts';
import { planInput } from '../../process/planning.ts';
import { withRegister } from '../../register.ts';
import { ServeError } from '../errors.ts';
import { problemOf } from '../problems.ts';

/** Plans that are remembered. */
const KEPT = 8;
/** Plans that are made at once: each reads a whole file. */
const AT_ONCE = 2;
/** Rows that are kept of a plan. */
const ROWS = 1000;

/** A file to plan, and how. */
export interface PlanSource {
  readonly fileName: string;
  readonly path: string;
  readonly again: boolean;
  readonly full: boolean;
  /** Called when the file is no longer needed. */
  readonly done: () => void;
}

interface Kept {
  readonly stop: AbortController;
  plan: Plan;
  made: Promise<void>;
}

/**
 * Plans that were asked for in the console: made as `enrollkit plan` makes them, kept in memory, the last
 * few.
 */
export class Plans {
  readonly #loaded: LoadedConfig;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();
  #receiving = 0;

  constructor(loaded: LoadedConfig) {
    this.#loaded = loaded;
  }

  /**
   * Keeps a place for a plan while its file is received, so that no more files are received than are planned.
   * Throws `ServeError` `plans-busy`.
   */
  async withPlace<T>(receive: () => Promise<T>): Promise<T> {
    this.#assertFree();
    this.#receiving += 1;
    try {
      return await receive();
    } finally {
      this.#receiving -= 1;
    }
  }

  /** Begins to make a plan. Throws `ServeError` `plans-busy`. */
  begin(source: PlanSource): Plan {
    this.#assertFree();
    const plan: Plan = {
      id: randomUUID(),
      fileName: source.fileName,
      stage: 'reading',
      startedAt: new Date().toISOString(),
      rowsRead: 0,
    };
    const kept: Kept = { stop: new AbortController(), plan, made: Promise.resolve() };
    this.#kept.set(plan.id, kept);
    kept.made = this.#make(kept, source).finally(source.done);
    for (const [id, { plan: old }] of this.#kept)
      if (this.#kept.size > KEPT && old.stage !== 'reading') this.#kept.delete(id);
    return plan;
  }

  /** Throws `ServeError` `plan-unknown`. */
  find(id: string): Plan {
    return this.#find(id).plan;
  }

  /** Forgets a plan, and stops making it. Throws `ServeError` `plan-unknown`. */
  discard(id: string): void {
    this.#find(id).stop.abort();
    this.#kept.delete(id);
  }

  /** Stops all that are being made, and resolves when their files are gone. */
  async close(): Promise<void> {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    for (const { stop } of all) stop.abort();
    await Promise.allSettled(all.map(({ made }) => made));
  }

  #assertFree(): void {
    const reading = [...this.#kept.values()].filter(({ plan: { stage } }) => stage === 'reading');
    const busy = reading.length + this.#receiving;
    if (busy >= AT_ONCE)
      throw new ServeError('plans-busy', `${busy} plans are being made`, {
        hint: 'wait until one is made, or discard it',
      });
  }

  #find(id: string): Kept {
    const found = this.#kept.get(id);
    if (found !== undefined) return found;
    throw new ServeError('plan-unknown', 'There is no such plan any more', {
      hint: 'the server keeps the last few; make it again',
    });
  }

  async #make(kept: Kept, { path, again, full }: PlanSource): Promise<void> {
    const { signal } = kept.stop;
    const rows: PlannedRowView[] = [];
    const count = (): void => {
      signal.throwIfAborted();
      kept.plan = { ...kept.plan, rowsRead: kept.plan.rowsRead + 1 };
    };
    const given = { stop: signal, stoppedBy: () => undefined, inputConfig: () => this.#loaded.config };
    try {
      const made = await withInput(given, path, (input) =>
        withRegister(this.#loaded, (register) =>
          planInput(this.#loaded, register, {
            input,
            again,
            full,
            confirmRemovals: undefined,
            onRow: async (row) => {
              count();
              if (rows.length < ROWS) rows.push(rowView(row));
            },
            onRecord: async () => count(),
          }),
        ),
      );
      kept.plan = { ...kept.plan, stage: 'made', rowsRead: made.rows, sums: sumsView(made), rows };
    } catch (error) {
      kept.plan = { ...kept.plan, stage: 'failed', problem: problemOf(error).problem };
    }
  }
}

function rowView({ groups, codes, ...row }: PlannedRow): PlannedRowView {
  return defined<PlannedRowView>({ ...row, codes: codes && [...codes], groups: groups && [...groups] });
}

function sumsView(made: MadePlan): PlanSums {
  const { rows, rejected, unsent, missing, batches, requests } = made;
  return {
    rows,
    new: made.new,
    rejected,
    unsent: { ...unsent },
    missing,
    batches,
    requests,
    changes: Object.entries(made.changes).flatMap(([kind, of]) =>
      of === 0 ? [] : [{ kind: kind as keyof MadePlan['changes'], requests: of }],
    ),
    seconds: made.durationMs / 1000,
  };
}
