import { newToken, sameText } from './tokens.ts';

/** A link is for somebody who has just started the server and reads its terminal. */
const VALID_MS = 10 * 60_000;

/** What became of a token: good once; the same one again is a sign that somebody else has it, too. */
export type Redeemed = 'good' | 'repeated' | 'refused';

/**
 * The tokens of one-time links. There is one at a time, in memory: a new one takes the place of the last.
 *
 * A link carries its token behind `#`. Browsers send no fragment, so it is in no log of a server or proxy and
 * in no `Referer`, and no scanner that opens links uses it up. The console takes it out of the address before
 * anything else, and sends it once, in a body. What a history may still hold is worth nothing then.
 */
export class OneTimeLinks {
  readonly #now: () => number;
  #open: { readonly token: string; readonly until: number } | undefined;
  #used: string | undefined;

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A new token, in the place of the one before. */
  issue(): string {
    const token = newToken();
    this.#open = { token, until: this.#now() + VALID_MS };
    return token;
  }

  /** Uses a token up. */
  redeem(token: string): Redeemed {
    const open = this.#open;
    if (open !== undefined && open.until > this.#now() && sameText(open.token, token)) {
      this.#open = undefined;
      this.#used = token;
      return 'good';
    }
    return this.#used !== undefined && sameText(this.#used, token) ? 'repeated' : 'refused';
  }
}

/** The address that a person opens. */
export function linkWith(origin: string, token: string): string {
  return `${origin}/#link=${token}`;
}
