import type { BatchRow, SendableBatch } from '@enrollkit/ledger';
import { endingOf, passedLimit, type Ending } from './ending.ts';
import { Forecast } from './forecast.ts';
import { Pause } from '../send/pause.ts';
import type { SendContext } from '../send/context.ts';
import { resealIfNeeded } from '../send/reseal.ts';
import { poll } from '../send/poll.ts';
import { submit } from '../send/submit.ts';

type Job =
  | { readonly kind: 'submit'; readonly batch: SendableBatch }
  | { readonly kind: 'poll'; readonly batch: BatchRow & { readonly providerBatchId: string } };

const LONGEST_NAP_MS = 1_000;
/** What is due may be what is under way, or what the provider does not answer: looking for it again and again would keep the ledger busy with nothing. */
const NAP_BESIDE_WORK_MS = 50;
/** Counting is a sum over the batches: too much for every step of a large intake. */
const COUNT_EVERY_MS = 1_000;

/**
 * Keeps up to `inFlight` requests under way, submissions and questions in turn, until nothing is left to do.
 * The ledger is the queue: this loop holds no work of its own beyond what is in flight, so losing it loses nothing.
 */
export class SingleRunner {
  readonly #room: SendContext;
  readonly #intakeId: string;
  readonly #pause: Pause;
  readonly #forecast: Forecast;
  readonly #busy = new Map<number, Promise<void>>();
  readonly #ahead: Readonly<Record<Job['kind'], Job[]>> = { submit: [], poll: [] };
  #turn: Job['kind'] = 'submit';
  #countAt = 0;
  #ending: Ending | undefined;
  #failure: unknown;

  constructor(intakeId: string, room: SendContext) {
    this.#intakeId = intakeId;
    this.#room = room;
    this.#pause = new Pause(room);
    this.#forecast = new Forecast(intakeId, room);
  }

  /** Runs until idle, or until `signal` aborts; then waits for what is in flight. Throws what a stage threw by defect. */
  async run(signal: AbortSignal): Promise<Ending> {
    const deadline = this.#room.clock.now() + this.#room.settings.deadlineMs;
    while (this.#ending === undefined && this.#failure === undefined) {
      const ending = await this.#next(signal, deadline);
      // A stage may have stopped the run meanwhile; its word stands.
      this.#ending ??= ending;
    }
    await Promise.all(this.#busy.values());
    if (this.#failure !== undefined) throw this.#failure;
    return this.#ending ?? { kind: 'idle' };
  }

  async #next(signal: AbortSignal, deadline: number): Promise<Ending | undefined> {
    if (signal.aborted) return { kind: 'interrupted' };
    if (this.#room.clock.now() >= deadline) return { kind: 'deadline' };
    if (this.#room.clock.now() >= this.#countAt) {
      this.#countAt = this.#room.clock.now() + COUNT_EVERY_MS;
      const passed = await this.#passedLimit();
      if (passed !== undefined) return passed;
      await this.#forecast.look();
    }
    const ending = await this.#step(signal);
    return ending === undefined ? undefined : ((await this.#passedLimit()) ?? ending);
  }

  /** Starts one job, or waits until there may be one. Answers `idle` when nothing is left. */
  async #step(signal: AbortSignal): Promise<Ending | undefined> {
    const { clock, breaker, limiter } = this.#room;
    if (this.#pause.isActive) return void (await clock.sleep(LONGEST_NAP_MS, signal));
    if (breaker.pauseMs() > 0)
      return void (await clock.sleep(Math.min(breaker.pauseMs(), LONGEST_NAP_MS), signal));
    if (this.#busy.size >= this.#room.settings.inFlight)
      return void (await Promise.race(this.#busy.values()));
    const job = await this.#nextJob();
    if (job === undefined) return this.#rest(signal);
    if ((await limiter.acquireSlot(signal)) !== undefined && !this.#pause.isActive)
      this.#watch(job.batch.id, this.#carryOut(job));
    return undefined;
  }

  async #carryOut(job: Job): Promise<void> {
    if (job.kind === 'poll') return poll(job.batch, this.#room);
    const batch = await resealIfNeeded(job.batch, this.#room);
    // Durable before the first byte leaves: a crash from here on leaves `submitting` as evidence.
    await this.#room.ledger.recordIntent(batch.id, new Date(this.#room.clock.now()));
    return submit(batch, this.#room);
  }

  /** Counts the work as under way until it ends. */
  #watch(batchId: number, work: Promise<void>): void {
    const watched = work
      .catch((error: unknown) => this.#stop(error))
      // A batch that went back may be under way anew before this work has quite ended.
      .finally(() => this.#busy.get(batchId) === watched && this.#busy.delete(batchId));
    this.#busy.set(batchId, watched);
  }

  #stop(error: unknown): void {
    const ending = endingOf(error);
    if (ending !== undefined) this.#ending ??= ending;
    else this.#failure ??= error;
  }

  async #nextJob(): Promise<Job | undefined> {
    const first = this.#turn;
    this.#turn = first === 'submit' ? 'poll' : 'submit';
    return (await this.#find(first)) ?? (await this.#find(this.#turn));
  }

  /** The next of a portion that is read ahead: nobody else takes them, for this runner holds the ledger. */
  async #find(kind: Job['kind']): Promise<Job | undefined> {
    if (this.#isDown(kind)) return undefined;
    const ahead = this.#ahead[kind];
    if (ahead.length === 0) {
      // What is just being started may still look as if it were waiting.
      const busy = new Set(this.#busy.keys());
      ahead.push(
        ...(await this.#due(kind)).filter(({ batch }) => !busy.has(batch.id) && !this.#busy.has(batch.id)),
      );
    }
    return ahead.shift();
  }

  #isDown(kind: Job['kind']): boolean {
    return this.#room.breaker.pauseMs(kind === 'submit' ? 'submit' : 'ask') > 0;
  }

  async #due(kind: Job['kind']): Promise<readonly Job[]> {
    const { ledger, clock, settings } = this.#room;
    const now = new Date(clock.now());
    if (kind === 'submit')
      return (await ledger.sendable(this.#intakeId, now, settings.inFlight)).map((batch) => ({
        kind,
        batch,
      }));
    const batches = await ledger.duePolls(this.#intakeId, now, settings.inFlight);
    return batches.flatMap(({ providerBatchId, ...batch }) =>
      providerBatchId === undefined ? [] : [{ kind, batch: { ...batch, providerBatchId } }],
    );
  }

  async #rest(signal: AbortSignal): Promise<Ending | undefined> {
    // Asked while work was under way, the ledger may have answered before that work left the batch to be asked about.
    const alone = this.#busy.size === 0;
    const due = await this.#room.ledger.nextDue(this.#intakeId);
    if (due === undefined && this.#busy.size === 0) return alone ? { kind: 'idle' } : undefined;
    const wait =
      due === undefined
        ? LONGEST_NAP_MS
        : Math.max(
            this.#busy.size > 0 || this.#isDown('submit') || this.#isDown('poll') ? NAP_BESIDE_WORK_MS : 1,
            Math.min(LONGEST_NAP_MS, due.getTime() - this.#room.clock.now()),
          );
    await Promise.race([this.#room.clock.sleep(wait, signal), ...this.#busy.values()]);
    return undefined;
  }

  #passedLimit(): Promise<Ending | undefined> {
    const { ledger, settings } = this.#room;
    return passedLimit(ledger, this.#intakeId, settings.tolerated);
  }
}
