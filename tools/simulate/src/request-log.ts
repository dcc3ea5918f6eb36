import type { WireReply } from './fault-kinds.ts';

/** How much later than its slot a request may really leave: the intent is written in between. In milliseconds. */
const GRACE_MS = 2_500;

/** When requests left, and what the provider asked for: it must have been heeded. */
export class Roadbook {
  readonly #perSecond: number;
  readonly #sent: number[] = [];
  #quiet: { readonly from: number; readonly to: number }[] = [];

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  sent(at: number): void {
    this.#sent.push(at);
  }

  answered(at: number, { status, headers }: WireReply): void {
    const asked = headers['retry-after'];
    if ((status !== 429 && status !== 503) || asked === undefined) return;
    const to = /^\d+$/.test(asked) ? at + Number(asked) * 1000 : Date.parse(asked);
    this.#quiet.push({ from: at + GRACE_MS, to });
  }

  /** Whoever was asked died: what it was asked just now it may not have written down. */
  died(at: number): void {
    this.#quiet = this.#quiet.filter(({ from }) => from <= at);
  }

  /** What was not heeded, in words. */
  complaints(): string[] {
    const [loud] = this.#quiet.flatMap(({ from, to }) =>
      this.#sent
        .filter((at) => at > from && at < to)
        .map((at) => `a request left ${Math.round(to - at)} ms before the provider wanted to be asked again`),
    );
    const crowd = this.#sent
      .flatMap((from, index) =>
        this.#sent.slice(index + 1).map((to, after) => ({ ms: to - from, requests: after + 1 })),
      )
      .find(({ ms, requests }) => requests > ((ms + GRACE_MS) / 1000) * this.#perSecond + 1);
    return [
      ...(loud === undefined ? [] : [loud]),
      ...(crowd === undefined
        ? []
        : [
            `${crowd.requests} requests left in ${Math.round(crowd.ms)} ms, and ${this.#perSecond} a second are allowed`,
          ]),
    ];
  }
}
