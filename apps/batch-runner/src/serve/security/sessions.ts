import type { Principal } from './principal.ts';
import { newToken, tokenDigest } from './tokens.ts';

/** Somebody who is signed in, for as long as `ended` has not aborted. */
export interface Session {
  readonly principal: Principal;
  /** What every request that changes something carries in `X-CSRF-Token`. */
  readonly csrfToken: string;
  /**
   * Aborts at sign-out, at the end of its time, and when the account has changed: whatever streams must end
   * then.
   */
  readonly ended: AbortSignal;
  /** When it ends if nothing is done any more; milliseconds since 1970. */
  readonly expiresAt: number;
}

/** How long sessions last, how many there are at most, and who still has an account. */
export interface SessionOptions {
  readonly idleMs: number;
  readonly maxMs: number;
  /** Whether somebody may go on as who they were when they signed in. Default: always. */
  readonly isCurrent?: (principal: Principal) => boolean;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
}

/** Sessions of one person: beyond it the oldest ends. */
const MAX_OF_ONE = 10;
/** Sessions of all together: beyond it the oldest ends. Only people with an account open any. */
const MAX_SESSIONS = 1000;

interface Kept {
  readonly principal: Principal;
  readonly csrfToken: string;
  readonly ending: AbortController;
  readonly openedAt: number;
  usedAt: number;
}

/**
 * Who is signed in. In memory only: a server that starts again has nobody signed in. Of the secret in the
 * cookie only a digest is kept.
 */
export class Sessions {
  readonly #options: Required<SessionOptions>;
  /** By the digest of the secret, oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(options: SessionOptions) {
    this.#options = { isCurrent: () => true, now: Date.now, ...options };
  }

  /** Opens a session, always under a new secret: the one that a browser brought along is never taken over. */
  open(principal: Principal): { readonly secret: string; readonly session: Session } {
    this.endExpired();
    const own = [...this.#kept].filter(([, kept]) => isSamePerson(kept.principal, principal));
    for (const [digest] of own.slice(0, Math.max(0, own.length - MAX_OF_ONE + 1))) this.#end(digest);
    for (const digest of this.#kept.keys()) {
      if (this.#kept.size < MAX_SESSIONS) break;
      this.#end(digest);
    }
    const secret = newToken();
    const now = this.#options.now();
    const kept = {
      principal,
      csrfToken: newToken(),
      ending: new AbortController(),
      openedAt: now,
      usedAt: now,
    };
    this.#kept.set(tokenDigest(secret), kept);
    return { secret, session: this.#view(kept) };
  }

  /** The session of a secret. `use`: something was done, which puts the idle end off. */
  find(secret: string, { use }: { readonly use: boolean }): Session | undefined {
    const digest = tokenDigest(secret);
    const kept = this.#kept.get(digest);
    if (kept === undefined) return undefined;
    if (!this.#isAlive(kept)) {
      this.#end(digest);
      return undefined;
    }
    if (use) kept.usedAt = Math.max(kept.usedAt, this.#options.now());
    return this.#view(kept);
  }

  /** Ends the session of a secret, if there is one. */
  end(secret: string): void {
    this.#end(tokenDigest(secret));
  }

  /**
   * Ends what has expired and what has no account any more; called every now and then, so that open streams
   * end, too.
   */
  endExpired(): void {
    for (const [digest, kept] of this.#kept) if (!this.#isAlive(kept)) this.#end(digest);
  }

  /** Ends all of them. */
  endAll(): void {
    for (const digest of this.#kept.keys()) this.#end(digest);
  }

  /** How many there are. */
  get size(): number {
    return this.#kept.size;
  }

  #isAlive(kept: Kept): boolean {
    return this.#expiryOf(kept) > this.#options.now() && this.#options.isCurrent(kept.principal);
  }

  #expiryOf({ openedAt, usedAt }: Kept): number {
    return Math.min(openedAt + this.#options.maxMs, usedAt + this.#options.idleMs);
  }

  #end(digest: string): void {
    const kept = this.#kept.get(digest);
    this.#kept.delete(digest);
    kept?.ending.abort();
  }

  #view(kept: Kept): Session {
    const { principal, csrfToken, ending } = kept;
    return { principal, csrfToken, ended: ending.signal, expiresAt: this.#expiryOf(kept) };
  }
}

function isSamePerson(one: Principal, other: Principal): boolean {
  return one.method === other.method && (one.subject ?? one.name) === (other.subject ?? other.name);
}
