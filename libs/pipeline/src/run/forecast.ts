import type { SendContext } from '../send/context.ts';

/** A question and its answer: each batch takes at least one of each. */
const REQUESTS_OF_A_BATCH = 2;
/** Looks in the time of a run: a sum over the batches each. */
const LOOKS = 50;
/** The share of the time after which the pace so far tells something: before that, hardly a batch has been asked about. */
const TELLING_SHARE = 0.1;

/** What a forecast is made of. */
export type ForecastContext = Pick<SendContext, 'ledger' | 'settings' | 'clock' | 'notify'>;

/** Says early, and once, that a run will not be done by its deadline: from the rate that is allowed, and from the pace so far. */
export class Forecast {
  readonly #room: ForecastContext;
  readonly #intakeId: string;
  readonly #startedAt: number;
  #lookAt = 0;
  #doneAtStart: number | undefined;

  constructor(intakeId: string, room: ForecastContext) {
    this.#intakeId = intakeId;
    this.#room = room;
    this.#startedAt = room.clock.now();
  }

  /** Looks, if it is time to; cheap otherwise. */
  async look(): Promise<void> {
    const { ledger, settings, clock, notify } = this.#room;
    const now = clock.now();
    if (now < this.#lookAt) return;
    this.#lookAt = now + settings.deadlineMs / LOOKS;
    const tally = await ledger.tally(this.#intakeId);
    const done = tally.enrolled + tally.refused + tally.abandoned;
    this.#doneAtStart ??= done;
    const open = tally.waiting + tally.submitted;
    const byRate =
      ((REQUESTS_OF_A_BATCH * tally.batches.sealed + tally.batches.submitted) / settings.requestsPerSecond) *
      1000;
    const byPace = this.#timeAtPace(open, { elapsed: now - this.#startedAt, done: done - this.#doneAtStart });
    const neededMs = Math.max(byRate, byPace);
    const leftMs = this.#startedAt + settings.deadlineMs - now;
    if (neededMs <= leftMs) return;
    this.#lookAt = Infinity;
    notify({
      kind: 'deadline-ahead',
      records: open,
      neededMs,
      leftMs,
      because: byRate >= byPace ? 'rate' : 'pace',
    });
  }

  #timeAtPace(open: number, { elapsed, done }: { readonly elapsed: number; readonly done: number }): number {
    if (done <= 0 || elapsed < this.#room.settings.deadlineMs * TELLING_SHARE) return 0;
    return (open * elapsed) / done;
  }
}
