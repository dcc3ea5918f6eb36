import { once } from 'node:events';
import type { SendableBatch } from '@enrollkit/ledger';
import { atOnce, attempt } from '../send/attempt.ts';
import type { SendContext } from '../send/context.ts';
import { Pause } from '../send/pause.ts';
import { poll, type PollableBatch } from '../send/poll.ts';
import { ClockWatch } from './clock-watch.ts';
import { endingByTime, endingOf, passedLimit, type Ending } from './ending.ts';
import { Forecast } from './forecast.ts';

type Job =
  | { readonly kind: 'submit'; readonly batch: SendableBatch }
  | { readonly kind: 'poll'; readonly batch: PollableBatch };

const LONGEST_SLEEP_MS = 1_000;
/** Between looks while requests are in flight: what is due may be in flight. */
const SLEEP_BESIDE_JOBS_MS = 50;
/**
 * Between looks while the provider takes no batches, or answers no polls: what is due may be of that kind,
 * and wait for minutes. What becomes due of the other kind meanwhile is late by this much at most.
 */
const SLEEP_WHILE_DOWN_MS = 250;
/** Why whoever waits is woken. Without a reason, each abort would make an exception with its stack. */
const progressMade = 'progress';
/** Counting is a sum over the batches: too much for every step of a large intake. */
const COUNT_EVERY_MS = 1_000;

/**
 * Sends one intake for a runner that has the ledger to itself: keeps up to `inFlight` requests in flight,
 * submissions and polls in turn, until nothing is left to do. While answers are written to the disk the next
 * requests leave, as long as there are not more than twice as many of both. The ledger is the queue: this
 * loop holds nothing beyond the requests in flight and their answers, so losing it loses nothing.
 */
export class SingleRunner {
  readonly #context: SendContext;
  readonly #intakeId: string;
  readonly #pause: Pause;
  readonly #forecast: Forecast;
  readonly #clockWatch: ClockWatch;
  /** By the batch, until its answer is in the ledger. */
  readonly #inFlight = new Map<number, Promise<void>>();
  /** Those of them that the provider has answered well. */
  readonly #answered = new Set<number>();
  /** Aborts with a request or an answer less, and when the run is to stop: whoever waits looks again. */
  #wake = new AbortController();
  readonly #queued: Readonly<Record<Job['kind'], Job[]>> = { submit: [], poll: [] };
  #turn: Job['kind'] = 'submit';
  #countAt = 0;
  #ending: Ending | undefined;
  #failure: unknown;

  constructor(intakeId: string, context: SendContext) {
    this.#intakeId = intakeId;
    this.#context = context;
    this.#pause = new Pause(context);
    this.#forecast = new Forecast(intakeId, context);
    this.#clockWatch = new ClockWatch(context);
  }

  /**
   * Runs until idle, or until `stop` aborts; then waits for the requests in flight. Throws what a stage threw
   * by defect.
   */
  async run(stop: AbortSignal): Promise<Ending> {
    const deadline = this.#context.clock.now() + this.#context.settings.deadlineMs;
    const wake = () => this.#noteProgress();
    stop.addEventListener('abort', wake);
    while (this.#ending === undefined && this.#failure === undefined) {
      const ending = await this.#next(stop, deadline);
      // A job may have ended the run meanwhile; the first ending counts.
      this.#ending ??= ending;
    }
    stop.removeEventListener('abort', wake);
    await Promise.all(this.#inFlight.values());
    if (this.#failure !== undefined) throw this.#failure;
    return this.#ending ?? { kind: 'idle' };
  }

  async #next(stop: AbortSignal, deadline: number): Promise<Ending | undefined> {
    const { clock } = this.#context;
    if (stop.aborted) return { kind: 'interrupted' };
    const due = endingByTime(this.#context, this.#pause, deadline);
    if (due !== undefined) return due;
    if (clock.now() >= this.#countAt) {
      this.#countAt = clock.now() + COUNT_EVERY_MS;
      this.#clockWatch.look();
      const passed = await this.#passedLimit();
      if (passed !== undefined) return passed;
      await this.#forecast.look();
    }
    const ending = await this.#step(stop);
    return ending === undefined ? undefined : ((await this.#passedLimit()) ?? ending);
  }

  /** Starts one job, or waits until one may be started. Answers `idle` when nothing is left. */
  async #step(stop: AbortSignal): Promise<Ending | undefined> {
    const { clock, breaker, limiter, settings } = this.#context;
    // Taken before the look: what happens from here on has not been seen.
    const { signal: progress } = this.#wake;
    if (this.#pause.isActive) return void (await clock.sleep(LONGEST_SLEEP_MS, stop));
    if (breaker.pauseMs() > 0)
      return void (await clock.sleep(Math.min(breaker.pauseMs(), LONGEST_SLEEP_MS), stop));
    const requests = this.#inFlight.size - this.#answered.size;
    if (requests >= settings.inFlight || this.#inFlight.size >= 2 * settings.inFlight)
      return void (await once(progress, 'abort'));
    const job = await this.#nextJob();
    if (job === undefined) return this.#rest(progress);
    if ((await limiter.acquireSlot(stop)) !== undefined && !this.#pause.isActive)
      this.#start(job.batch.id, this.#perform(job));
    return undefined;
  }

  #perform(job: Job): Promise<void> {
    const answered = () => {
      this.#answered.add(job.batch.id);
      this.#noteProgress();
    };
    return job.kind === 'poll'
      ? poll(job.batch, this.#context, answered)
      : attempt(job.batch, this.#context, { ...atOnce, answered });
  }

  /** Counts the job as in flight until it ends. */
  #start(batchId: number, job: Promise<void>): void {
    const watched = job
      .catch((error: unknown) => this.#stop(error))
      .finally(() => {
        // A batch that went back may be in flight anew before this job has quite ended.
        if (this.#inFlight.get(batchId) === watched) {
          this.#inFlight.delete(batchId);
          this.#answered.delete(batchId);
        }
        this.#noteProgress();
      });
    this.#inFlight.set(batchId, watched);
  }

  /** A request or an answer less: something new may be started. */
  #noteProgress(): void {
    const wake = this.#wake;
    this.#wake = new AbortController();
    wake.abort(progressMade);
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

  /**
   * The next of a portion that is read in advance: nobody else takes them, for this runner owns the ledger.
   */
  async #find(kind: Job['kind']): Promise<Job | undefined> {
    if (this.#isDown(kind)) return undefined;
    const queued = this.#queued[kind];
    if (queued.length === 0) {
      // A batch that is being picked up can still appear as due, or have been in flight when the ledger was
      // read: skip it.
      const before = new Set(this.#inFlight.keys());
      const due = await this.#due(kind);
      queued.push(...due.filter(({ batch }) => !before.has(batch.id) && !this.#inFlight.has(batch.id)));
    }
    return queued.shift();
  }

  #isDown(kind: Job['kind']): boolean {
    return this.#context.breaker.pauseMs(kind) > 0;
  }

  async #due(kind: Job['kind']): Promise<readonly Job[]> {
    const { ledger, clock, settings } = this.#context;
    const now = new Date(clock.now());
    if (kind === 'submit') {
      const batches = await ledger.sendable(this.#intakeId, now, settings.inFlight);
      return batches.map((batch) => ({ kind, batch }));
    }
    const batches = await ledger.duePolls(this.#intakeId, now, settings.inFlight);
    return batches.flatMap(({ providerBatchId, ...batch }) =>
      providerBatchId === undefined ? [] : [{ kind, batch: { ...batch, providerBatchId } }],
    );
  }

  async #rest(progress: AbortSignal): Promise<Ending | undefined> {
    const { ledger, clock } = this.#context;
    // Read while a job was in flight, the ledger may have answered before that job left its batch to be
    // polled.
    const alone = this.#inFlight.size === 0;
    const due = await ledger.nextDue(this.#intakeId);
    if (due === undefined && this.#inFlight.size === 0) return alone ? { kind: 'idle' } : undefined;
    const wait =
      due === undefined
        ? LONGEST_SLEEP_MS
        : Math.max(this.#shortestSleepMs(), Math.min(LONGEST_SLEEP_MS, due.getTime() - clock.now()));
    await clock.sleep(wait, progress);
    return undefined;
  }

  #shortestSleepMs(): number {
    if (this.#inFlight.size > 0) return SLEEP_BESIDE_JOBS_MS;
    return this.#isDown('submit') || this.#isDown('poll') ? SLEEP_WHILE_DOWN_MS : 1;
  }

  #passedLimit(): Promise<Ending | undefined> {
    const { ledger, settings } = this.#context;
    return passedLimit(ledger, this.#intakeId, settings.tolerated);
  }
}
