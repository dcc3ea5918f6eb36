import type { SendContext } from '../send/context.ts';
import type { Schedule } from '../send/schedule.ts';
import { scheduleOf } from '../settings.ts';

/** A submission and a poll: each batch takes at least one of each. */
const REQUESTS_PER_BATCH = 2;
/** Looks over the whole time of a run: each is a sum over the batches. */
const LOOKS = 50;
/**
 * The share of the time after which the pace so far is telling: before that, hardly a batch has been polled.
 */
const TELLING_SHARE = 0.1;

/** What a forecast is made of. */
export type ForecastContext = Pick<SendContext, 'ledger' | 'settings' | 'clock' | 'notify'>;

/**
 * Warns early, and once, that a run will not be done by its deadline: judged by the allowed rate and by the
 * pace so far.
 */
export class Forecast {
  readonly #context: ForecastContext;
  readonly #intakeId: string;
  readonly #startedAt: number;
  readonly #schedule: Schedule;
  #lookAt = 0;
  #doneAtStart: number | undefined;

  constructor(intakeId: string, context: ForecastContext) {
    this.#intakeId = intakeId;
    this.#context = context;
    this.#schedule = scheduleOf(context.settings);
    this.#startedAt = context.clock.now();
  }

  /** Looks, if it is time to; cheap otherwise. */
  async look(): Promise<void> {
    const { ledger, settings, clock, notify } = this.#context;
    const now = clock.now();
    if (now < this.#lookAt) return;
    this.#lookAt = now + settings.deadlineMs / LOOKS;
    const tally = await ledger.tally(this.#intakeId);
    const done = tally.enrolled + tally.refused + tally.abandoned;
    this.#doneAtStart ??= done;
    const open = tally.waiting + tally.submitted;
    const requests = REQUESTS_PER_BATCH * tally.batches.sealed + tally.batches.submitted;
    const byRate = this.#schedule.durationOf(requests, now);
    const byPace = this.#timeAtPace(open, { elapsed: now - this.#startedAt, done: done - this.#doneAtStart });
    const neededMs = Math.max(byRate, byPace);
    const leftMs = this.#startedAt + settings.deadlineMs - now;
    if (neededMs <= leftMs) return;
    this.#lookAt = Infinity;
    const because = byRate >= byPace ? 'rate' : 'pace';
    notify({ kind: 'deadline-at-risk', records: open, neededMs, leftMs, because });
  }

  #timeAtPace(open: number, { elapsed, done }: { readonly elapsed: number; readonly done: number }): number {
    if (done <= 0 || elapsed < this.#context.settings.deadlineMs * TELLING_SHARE) return 0;
    return (open * elapsed) / done;
  }
}
