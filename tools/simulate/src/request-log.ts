import type { WireReply } from './fault-kinds.ts';

/**
 * How much later than its slot a request may really leave: the intent is written in between. In milliseconds.
 */
const GRACE_MS = 2_500;

/** When requests left, and the pauses that the provider asked for, which must be kept. */
export class RequestLog {
  readonly #perSecond: number;
  readonly #sent: number[] = [];
  #pauses: { readonly from: number; readonly to: number }[] = [];

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  sent(at: number): void {
    this.#sent.push(at);
  }

  answered(at: number, { status, headers }: WireReply): void {
    const retryAfter = headers['retry-after'];
    if ((status !== 429 && status !== 503) || retryAfter === undefined) return;
    const to = /^\d+$/.test(retryAfter) ? at + Number(retryAfter) * 1000 : Date.parse(retryAfter);
    this.#pauses.push({ from: at + GRACE_MS, to });
  }

  /** A sender was killed or frozen: it may not have written down a pause it was asked for just now. */
  senderStopped(at: number): void {
    this.#pauses = this.#pauses.filter(({ from }) => from <= at);
  }

  /** Pauses and rates that were not kept, in words. */
  complaints(): string[] {
    const [early] = this.#pauses.flatMap(({ from, to }) =>
      this.#sent
        .filter((at) => at > from && at < to)
        .map(
          (at) =>
            `a request left ${Math.round(to - at)} ms before the pause ended that the provider asked for`,
        ),
    );
    const burst = this.#sent
      .flatMap((from, index) =>
        this.#sent.slice(index + 1).map((to, after) => ({ ms: to - from, requests: after + 1 })),
      )
      .find(({ ms, requests }) => requests > ((ms + GRACE_MS) / 1000) * this.#perSecond + 1);
    return [
      ...(early === undefined ? [] : [early]),
      ...(burst === undefined
        ? []
        : [
            `${burst.requests} requests left in ${Math.round(burst.ms)} ms, and ${this.#perSecond} a second are allowed`,
          ]),
    ];
  }
}
