import { inspect } from 'node:util';

/** An access token and how long it may be used. */
export interface AccessToken {
  readonly value: string;
  /** Milliseconds since 1970 from which on it is not used any more. */
  readonly usableUntil: number;
}

/**
 * Access tokens in memory, by token endpoint, client, DPoP key thumbprint and scopes. Several authenticators
 * of one process may share one cache: for each key at most one token request is under way, and all who need
 * it wait for it. Shows only how many tokens it holds.
 */
export class TokenCache {
  readonly #tokens = new Map<string, AccessToken>();
  readonly #underway = new Map<string, Promise<AccessToken>>();

  /**
   * The token for a key: the one held while it is usable at `now`, else what `request` yields, asked once for
   * all.
   */
  get(key: string, now: number, request: () => Promise<AccessToken>): Promise<AccessToken> {
    const held = this.#tokens.get(key);
    if (held !== undefined && now < held.usableUntil) return Promise.resolve(held);
    const underway = this.#underway.get(key);
    if (underway !== undefined) return underway;
    const asked = this.#ask(key, request);
    this.#underway.set(key, asked);
    return asked;
  }

  /** Forgets a token the provider no longer takes; another one under the same key stays. */
  drop(key: string, value: string): void {
    if (this.#tokens.get(key)?.value === value) this.#tokens.delete(key);
  }

  async #ask(key: string, request: () => Promise<AccessToken>): Promise<AccessToken> {
    try {
      const token = await request();
      this.#tokens.set(key, token);
      return token;
    } finally {
      this.#underway.delete(key);
    }
  }

  toJSON(): { readonly tokens: number } {
    return { tokens: this.#tokens.size };
  }

  [inspect.custom](): string {
    return `TokenCache ${inspect(this.toJSON())}`;
  }
}
