import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  IterableBackoff,
  circuitBreaker,
  handleWhenResult,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { ProviderReason } from '@enrollkit/enrollment';
import type { Clock } from '../clock.ts';
import type { Observer } from '../events.ts';

/** The kinds of request: the provider can be down for one of them while it answers the others. */
export type RequestKind = 'submit' | 'poll' | 'change';

/** Answers in a row that mean "down" and open the breaker; after the pause it lets one request through. */
const CONSECUTIVE_FAILURES = 5;
/**
 * How many times longer than the first each pause is. Under policy `hold` each trial may leave a batch
 * unknown for a person to decide, so an hour of failures must not have many of them.
 */
const PAUSE_FACTORS = [1, 2, 4, 8, 16, 30] as const;

interface Answer {
  readonly kind: string;
  readonly reason?: ProviderReason;
}

/** Down is what a healthy provider would not answer; being told to slow down (429) is not being down. */
function isDown(result: unknown): boolean {
  const answer = result as Answer;
  return answer.kind === 'unknown' || (answer.kind === 'busy' && answer.reason?.httpStatus !== 429);
}

/** What a breaker works with. */
export interface BreakerContext {
  readonly notify: Observer;
  readonly clock: Clock;
  /** Milliseconds that a provider which is down is left alone at first. */
  readonly pauseMs: number;
}

/** Stops sending to a provider that is down, and says so. Submissions, polls and changes are judged apart. */
export class Breaker {
  readonly #circuits: Readonly<Record<RequestKind, Circuit>>;

  constructor(context: BreakerContext) {
    this.#circuits = {
      submit: new Circuit(context),
      poll: new Circuit(context),
      change: new Circuit(context),
    };
  }

  /**
   * Milliseconds until a request of that kind (default: of a batch) may be tried; zero when one may be tried
   * now.
   */
  pauseMs(kind?: RequestKind): number {
    const { submit, poll } = this.#circuits;
    return kind === undefined ? Math.min(submit.pauseMs, poll.pauseMs) : this.#circuits[kind].pauseMs;
  }

  /**
   * Runs one request and learns from its answer; undefined when the breaker is open and nothing was tried.
   */
  run<A extends Answer>(kind: RequestKind, request: () => Promise<A>): Promise<A | undefined> {
    return this.#circuits[kind].run(request);
  }
}

class Circuit {
  readonly #policy: CircuitBreakerPolicy;
  readonly #clock: Clock;
  #lastReason: ProviderReason | undefined;
  #openUntil = 0;

  constructor({ notify, clock, pauseMs }: BreakerContext) {
    this.#clock = clock;
    const pauses = PAUSE_FACTORS.map((times) => times * pauseMs);
    let opened = 0;
    this.#policy = circuitBreaker(handleWhenResult(isDown), {
      halfOpenAfter: new IterableBackoff(pauses),
      breaker: new ConsecutiveBreaker(CONSECUTIVE_FAILURES),
    });
    this.#policy.onBreak(() => {
      const pause = pauses[Math.min(opened, pauses.length - 1)] ?? pauseMs;
      opened += 1;
      this.#openUntil = clock.now() + pause;
      if (this.#lastReason) notify({ kind: 'provider-down', reason: this.#lastReason, pauseMs: pause });
    });
    this.#policy.onReset(() => {
      opened = 0;
      notify({ kind: 'provider-up' });
    });
  }

  get pauseMs(): number {
    return Math.max(0, this.#openUntil - this.#clock.now());
  }

  async run<A extends Answer>(request: () => Promise<A>): Promise<A | undefined> {
    try {
      return await this.#policy.execute(async () => {
        const answer = await request();
        this.#lastReason = answer.reason ?? this.#lastReason;
        return answer;
      });
    } catch (error) {
      if (error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  }
}
