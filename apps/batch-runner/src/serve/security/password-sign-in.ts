import type { Accounts } from './accounts.ts';
import { AttemptLimits } from './attempt-limits.ts';
import type { RecordSecurityEvent } from './events.ts';
import type { Principal } from './principal.ts';

/** PCI DSS 8.3.4: at most ten attempts, then none for half an hour. */
const ATTEMPTS_OF_ACCOUNT = 10;
const ATTEMPTS_FROM_ADDRESS = 50;
const WINDOW_MS = 30 * 60_000;
/** Addresses, and names that nobody has, that are remembered. */
const MAX_KEYS = 5000;

/** How long to wait, or who it is. */
export type PasswordOutcome =
  | { readonly kind: 'signed-in'; readonly principal: Principal }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly ms: number };

/** What was typed, and where it comes from. */
export interface PasswordAttempt {
  readonly userName: string;
  readonly password: string;
  readonly address: string;
}

/**
 * Takes names and passwords, so many and no more. Whether a name is one that somebody has can be told neither
 * by the answer nor by its time nor by when attempts are refused.
 */
export class PasswordSignIn {
  readonly #accounts: Accounts;
  readonly #record: RecordSecurityEvent;
  readonly #ofAccount: AttemptLimits;
  readonly #ofNobody: AttemptLimits;
  readonly #fromAddress: AttemptLimits;

  /** `now`: milliseconds since 1970. */
  constructor(accounts: Accounts, record: RecordSecurityEvent, now: () => number) {
    this.#accounts = accounts;
    this.#record = record;
    const limit = { attempts: ATTEMPTS_OF_ACCOUNT, windowMs: WINDOW_MS, maxKeys: MAX_KEYS };
    // Apart, so that many made-up names do not make it forget the attempts at a real one.
    this.#ofAccount = new AttemptLimits({ ...limit, maxKeys: 4 * MAX_KEYS }, now);
    this.#ofNobody = new AttemptLimits(limit, now);
    this.#fromAddress = new AttemptLimits({ ...limit, attempts: ATTEMPTS_FROM_ADDRESS }, now);
  }

  /** Takes one attempt. */
  async attempt({ userName, password, address }: PasswordAttempt): Promise<PasswordOutcome> {
    const name = userName.toLowerCase();
    const version = this.#accounts.versionOf(name);
    const limits = version === undefined ? this.#ofNobody : this.#ofAccount;
    // A new password is a new version, and ends the wait of whoever had forgotten the last one.
    const key = version ?? name;
    const ms = this.#fromAddress.take(address) || limits.take(key);
    if (ms > 0) return { kind: 'wait', ms };
    const isLast = limits.isSpent(key);
    const found = await this.#accounts.verify(name, password);
    if (found === 'busy') return { kind: 'wait', ms: 1000 };
    if (found === 'wrong') {
      await this.#recordRefusal(address, version === undefined ? undefined : name);
      if (version !== undefined && isLast)
        await this.#record({ kind: 'account-locked', account: name, address });
      return { kind: 'wrong' };
    }
    this.#fromAddress.giveBack(address);
    limits.clear(key);
    return { kind: 'signed-in', principal: found };
  }

  #recordRefusal(address: string, account: string | undefined): Promise<void> {
    return this.#record({
      kind: 'sign-in-refused',
      method: 'password',
      why: 'wrong name or password',
      ...(account !== undefined && { account }),
      address,
    });
  }
}
