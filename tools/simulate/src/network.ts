import { Dispatcher } from 'undici';
import type { SeededRandom } from '@enrollkit/base';
import { fates, good, type Delivery, type Fate, type WireReply } from './fault-kinds.ts';
import type { Life } from './process.ts';
import type { Plan } from './plan.ts';
import type { WireQuestion, World } from './provider.ts';
import type { Roadbook } from './request-log.ts';
import type { VirtualTime } from './time.ts';

/** What the network is made of. It belongs to the world: what was sent arrives, whatever becomes of the sender. */
export interface NetworkParts {
  readonly plan: Plan;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly world: World;
  /** Milliseconds from the start. */
  readonly elapsed: () => number;
  readonly roadbook: Roadbook;
}

/** The longest a request may be on its way, in milliseconds. */
const LONGEST_ON_THE_ROAD_MS = 60_000;

/** The way from one process to the provider. */
export class SimulatedNetwork extends Dispatcher {
  readonly #parts: NetworkParts;
  readonly #life: Life;

  constructor(parts: NetworkParts, life: Life) {
    super();
    this.#parts = parts;
    this.#life = life;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    void this.#carry(
      {
        method: options.method,
        path: options.path,
        body: Buffer.from((options.body ?? '') as Uint8Array).toString(),
      },
      handler,
    );
    return true;
  }

  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> | void {
    return callback === undefined ? Promise.resolve() : callback();
  }

  async #carry(question: WireQuestion, handler: Dispatcher.DispatchHandler): Promise<void> {
    const { time, random, plan, roadbook } = this.#parts;
    const kind = question.method === 'POST' ? 'submit' : 'ask';
    const name = this.#draw(kind);
    const fate: Fate = name === undefined ? good : fates[name];
    await this.#life.step('send', `${kind} ${name ?? 'well'}`);
    if (name === 'unconnected') return this.#deliver({ error: 'ECONNREFUSED' }, handler);
    handler.onRequestStart?.(controller, {});
    roadbook.sent(time.now());
    const arrives = fate.arrives === 'yes' || (fate.arrives === 'either' && random.chance(0.5));
    const onTheRoad =
      random.next() * (fate.givesUpAfter === undefined ? plan.networkMs : LONGEST_ON_THE_ROAD_MS);
    const back = random.next() * plan.networkMs;
    const settle = (answer: WireReply | undefined): void => {
      this.#life.moment('arrived', `${kind} ${answer?.status ?? 'nothing'}`);
      if (!this.#life.alive || fate.givesUpAfter !== undefined) return;
      time.after(back, this.#life, () => this.#deliver(fate.comesBack(answer, random), handler));
    };
    if (fate.givesUpAfter !== undefined)
      time.after(fate.givesUpAfter, this.#life, () =>
        this.#deliver(fate.comesBack(undefined, random), handler),
      );
    time.after(onTheRoad, this.#parts, () =>
      settle(arrives ? this.#arrive(question, name === 'twice') : undefined),
    );
  }

  /** Lets the provider see it, once or twice; which of two answers comes back is chance. */
  #arrive(question: WireQuestion, twice: boolean): WireReply {
    const { world, random } = this.#parts;
    const first = world.take(question);
    if (!twice) return first;
    const second = world.take(question);
    return random.chance(0.5) ? first : second;
  }

  #draw(kind: 'submit' | 'ask'): keyof typeof fates | undefined {
    const { plan, random, elapsed } = this.#parts;
    const now = elapsed();
    if (now >= plan.healedAt) return undefined;
    const outage = plan.outages.find(({ from, to }) => from <= now && now < to);
    if (outage !== undefined) return outage.fate;
    const possible = plan.faults.fates.filter((name) => ((fates[name] as Fate).only ?? kind) === kind);
    const [first, ...others] = possible;
    return first !== undefined && random.chance(plan.faults.share)
      ? random.pick([first, ...others])
      : undefined;
  }

  #deliver(delivery: Delivery, handler: Dispatcher.DispatchHandler): void {
    if (!this.#life.moment('answer', 'error' in delivery ? delivery.error : String(delivery.status))) return;
    if ('error' in delivery) return handler.onResponseError?.(controller, networkError(delivery.error));
    this.#parts.roadbook.answered(this.#parts.time.now(), delivery);
    handler.onResponseStart?.(controller, delivery.status, { ...delivery.headers });
    handler.onResponseData?.(controller, Buffer.from(delivery.body));
    if (delivery.brokenOff === true) handler.onResponseError?.(controller, networkError('ECONNRESET'));
    else handler.onResponseEnd?.(controller, {});
  }
}

const networkError = (code: string): Error => Object.assign(new Error(code), { code });

/** Answers come in one piece, so nobody has to be told to wait. */
const controller: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
};
