import type { Provider, ProviderReason } from '@enrollkit/enrollment';
import type { Ledger } from '@enrollkit/ledger';
import type { Breaker } from './breaker.ts';
import type { Clock } from '../clock.ts';
import type { Observer } from '../events.ts';
import type { Limiter } from './limiter.ts';
import type { RereadSource } from '../load/reread.ts';
import type { PipelineSettings } from '../settings.ts';

/** What the sending stages share for the length of a run. */
export interface SendContext {
  readonly ledger: Ledger;
  readonly provider: Provider;
  readonly settings: PipelineSettings;
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  readonly notify: Observer;
  /** A number in [0, 1): jitter. */
  readonly random: () => number;
  /** Whether a person has told the run to send nothing for now. */
  readonly paused?: () => boolean;
  /** Kids of the provider's keys that it was seen not to open any more. */
  readonly withdrawn: Set<string>;
  /** The input, for what must be sealed again; absent when it is not at hand. */
  readonly openInput?: () => Promise<RereadSource>;
}

/** The provider will not take anything until a person mends credentials or configuration: the run must stop. */
export class DeniedError extends Error {
  override readonly name = 'DeniedError';
  readonly code = 'PROVIDER_DENIED';
  readonly reason: ProviderReason;

  constructor(reason: ProviderReason) {
    super(`The provider denies access: ${reason.code} (HTTP ${reason.httpStatus}): ${reason.message}`);
    this.reason = reason;
  }
}

/** The provider does not open what was sealed with one of its keys, and something is missing to seal it again: the run must stop. */
export class KeyWithdrawnError extends Error {
  override readonly name = 'KeyWithdrawnError';
  readonly code = 'PROVIDER_KEY_WITHDRAWN';
  readonly kid: string;
  /** `input`: the clear data; `key`: another key than the refused one. */
  readonly needs: 'input' | 'key';

  constructor(kid: string, needs: 'input' | 'key') {
    super(
      `The provider does not open what was sealed with its key ${kid}, and ${needs === 'input' ? 'the input is not at hand' : 'no other key is known'}`,
    );
    this.kid = kid;
    this.needs = needs;
  }
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** How long to leave a busy provider alone: what it asked for, or a doubling wait with jitter. */
export function waitAfter(attempts: number, retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1));
  return wait * (0.5 + random() / 2);
}
