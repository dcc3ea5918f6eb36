import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhenResult, type CircuitBreakerPolicy } from 'cockatiel';
import type { ProviderReason } from '@enrollkit/enrollment';
import type { Clock } from './clock.ts';
import type { Observer } from './events.ts';

/** So many answers in a row that mean "down" open the breaker; it lets one request through after the pause. */
const CONSECUTIVE_FAILURES = 5;
const PAUSE_MS = 10_000;

interface Answer {
  readonly kind: string;
  readonly reason?: ProviderReason;
}

/** Down is what a healthy provider would not answer; being told to slow down (429) is not being down. */
function isDown(result: unknown): boolean {
  const answer = result as Answer;
  return answer.kind === 'unknown' || (answer.kind === 'busy' && answer.reason?.httpStatus !== 429);
}

/** Stops hammering a provider that is down, and says so. */
export class Breaker {
  readonly #policy: CircuitBreakerPolicy;
  readonly #clock: Clock;
  #lastReason: ProviderReason | undefined;
  #openUntil = 0;

  constructor(observe: Observer, clock: Clock) {
    this.#clock = clock;
    this.#policy = circuitBreaker(handleWhenResult(isDown), {
      halfOpenAfter: PAUSE_MS,
      breaker: new ConsecutiveBreaker(CONSECUTIVE_FAILURES),
    });
    this.#policy.onBreak(() => {
      this.#openUntil = clock.now() + PAUSE_MS;
      if (this.#lastReason) observe({ kind: 'provider-down', reason: this.#lastReason });
    });
    this.#policy.onReset(() => observe({ kind: 'provider-up' }));
  }

  /** Milliseconds until a request may be tried; zero when one may be tried now. */
  get pauseMs(): number {
    return Math.max(0, this.#openUntil - this.#clock.now());
  }

  /** Runs one attempt and learns from its answer; undefined when the breaker is open and nothing was tried. */
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
