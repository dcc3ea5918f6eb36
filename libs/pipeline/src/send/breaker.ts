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

/** What is asked of the provider: one of the two can be down while the other answers. */
export type RequestKind = 'submit' | 'ask';

/** So many answers in a row that mean "down" open the breaker; it lets one request through after the pause. */
const CONSECUTIVE_FAILURES = 5;
/**
 * How much longer than the first each pause is. Under policy `hold` each trial may park a batch for a person, so an hour
 * of failures must not have many of them.
 */
const LONGER = [1, 2, 4, 8, 16, 30] as const;

interface Answer {
  readonly kind: string;
  readonly reason?: ProviderReason;
}

/** Down is what a healthy provider would not answer; being told to slow down (429) is not being down. */
function isDown(result: unknown): boolean {
  const answer = result as Answer;
  return answer.kind === 'unknown' || (answer.kind === 'busy' && answer.reason?.httpStatus !== 429);
}

/** How a breaker is made. */
export interface BreakerSettings {
  readonly notify: Observer;
  readonly clock: Clock;
  /** Milliseconds that a provider which is down is left alone at first. */
  readonly pauseMs: number;
}

/** Stops hammering a provider that is down, and says so. Taking batches and telling about them are judged apart. */
export class Breaker {
  readonly #circuits: Readonly<Record<RequestKind, Circuit>>;

  constructor(settings: BreakerSettings) {
    this.#circuits = { submit: new Circuit(settings), ask: new Circuit(settings) };
  }

  /** Milliseconds until a request of that kind (default: of any) may be tried; zero when one may be tried now. */
  pauseMs(asked?: RequestKind): number {
    const { submit, ask } = this.#circuits;
    return asked === undefined ? Math.min(submit.pauseMs, ask.pauseMs) : this.#circuits[asked].pauseMs;
  }

  /** Runs one attempt and learns from its answer; undefined when the breaker is open and nothing was tried. */
  run<A extends Answer>(asked: RequestKind, attempt: () => Promise<A>): Promise<A | undefined> {
    return this.#circuits[asked].through(attempt);
  }
}

class Circuit {
  readonly #policy: CircuitBreakerPolicy;
  readonly #clock: Clock;
  #lastReason: ProviderReason | undefined;
  #openUntil = 0;

  constructor({ notify, clock, pauseMs }: BreakerSettings) {
    this.#clock = clock;
    const pauses = LONGER.map((times) => times * pauseMs);
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

  async through<A extends Answer>(attempt: () => Promise<A>): Promise<A | undefined> {
    try {
      return await this.#policy.execute(async () => {
        const answer = await attempt();
        this.#lastReason = answer.reason ?? this.#lastReason;
        return answer;
      });
    } catch (error) {
      if (error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  }
}
