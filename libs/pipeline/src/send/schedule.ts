/** Hours of some days of the week, by the clock of a time zone. */
export interface TimeSpan {
  /** Days on which it begins, 0 (Sunday) to 6. */
  readonly days: readonly number[];
  /** Minutes of the day, 0 to 1,439. */
  readonly from: number;
  /** Minutes of the day, up to 1,440, not included; at or before `from` it is of the next day. */
  readonly to: number;
}

/** When requests may be sent, and how many a second. */
export interface SendingTimes {
  /** IANA time zone. */
  readonly zone: string;
  /** Outside of these nothing is sent or polled; always when absent. */
  readonly window?: readonly TimeSpan[];
  /** The first that fits counts, in place of `requestsPerSecond`. */
  readonly rates?: readonly (TimeSpan & { readonly requestsPerSecond: number })[];
}

const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1_440;
const DAYS_A_WEEK = 7;
/** A window of one hour a week opens in this time even when the clock skips that hour once. */
const OPENS_WITHIN_MINUTES = 15 * MINUTES_A_DAY;
/** What takes longer is not foreseen. */
const FORESEEN_MINUTES = 14 * MINUTES_A_DAY;

const weekdays: readonly string[] = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * When requests may be sent and at which rate. Hours are those of the zone's clock: one that it skips in
 * spring does not come, and one that it repeats in autumn comes twice. Times are milliseconds since the
 * epoch.
 */
export class Schedule {
  readonly #rate: number;
  readonly #times: SendingTimes | undefined;
  readonly #clock: Intl.DateTimeFormat | undefined;
  #local: { readonly minute: number; readonly time: LocalTime } | undefined;
  #opensAt: { readonly from: number; readonly at: number } | undefined;

  /** `requestsPerSecond`: where the timetable says nothing else. */
  constructor(requestsPerSecond: number, times?: SendingTimes) {
    this.#rate = requestsPerSecond;
    this.#times = times;
    this.#clock = times && localClock(times.zone);
  }

  /** Whether requests may be sent. */
  isOpen(at: number): boolean {
    const window = this.#times?.window;
    return window === undefined || window.some((span) => includes(span, this.#localTime(at)));
  }

  /** Requests a second, as the timetable has it; also while the window is closed. */
  rateAt(at: number): number {
    const rate = this.#times?.rates?.find((span) => includes(span, this.#localTime(at)));
    return rate?.requestsPerSecond ?? this.#rate;
  }

  /** When requests may be sent next: `at` itself while they may. */
  opensAt(at: number): number {
    if (this.isOpen(at)) return at;
    const known = this.#opensAt;
    if (known !== undefined && known.from <= at && at < known.at) return known.at;
    let next = at - (at % MINUTE_MS);
    for (let minutes = 0; minutes < OPENS_WITHIN_MINUTES; minutes += 1) {
      next += MINUTE_MS;
      if (this.isOpen(next)) break;
    }
    this.#opensAt = { from: at, at: next };
    return next;
  }

  /**
   * Milliseconds from `at` until so many requests are sent, closed hours included; `Infinity` for more than
   * 14 days.
   */
  durationOf(requests: number, at: number): number {
    if (this.#times === undefined) return (requests / this.#rate) * 1_000;
    let left = requests;
    let now = at;
    for (let minutes = 0; minutes < FORESEEN_MINUTES; minutes += 1) {
      const end = now - (now % MINUTE_MS) + MINUTE_MS;
      const perMs = this.isOpen(now) ? this.rateAt(now) / 1_000 : 0;
      if (left <= perMs * (end - now)) return now - at + (left === 0 ? 0 : left / perMs);
      left -= perMs * (end - now);
      now = end;
    }
    return Infinity;
  }

  #localTime(at: number): LocalTime {
    const minute = Math.floor(at / MINUTE_MS);
    if (this.#local?.minute !== minute) this.#local = { minute, time: localTime(this.#clock, at) };
    return this.#local.time;
  }
}

interface LocalTime {
  readonly day: number;
  readonly minute: number;
}

function localClock(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

function localTime(clock: Intl.DateTimeFormat | undefined, at: number): LocalTime {
  const parts = new Map(clock?.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: weekdays.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

function includes({ days, from, to }: TimeSpan, { day, minute }: LocalTime): boolean {
  const begins = days.includes(day) && minute >= from;
  if (from < to) return begins && minute < to;
  return begins || (minute < to && days.includes((day + DAYS_A_WEEK - 1) % DAYS_A_WEEK));
}
