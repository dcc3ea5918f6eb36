import { Dispatcher } from 'undici';
import type { SeededRandom } from '@enrollkit/base';
import { faultKinds, good, type Delivery, type FaultKind, type WireReply } from './fault-kinds.ts';
import type { SimulatedProcess } from './process.ts';
import type { Plan } from './plan.ts';
import type { WireRequest, World } from './provider.ts';
import type { RequestLog } from './request-log.ts';
import type { VirtualTime } from './time.ts';

/**
 * What the network is made of. It belongs to the world: what was sent arrives even if the sender is killed.
 */
export interface NetworkDependencies {
  readonly plan: Plan;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly world: World;
  /** Milliseconds from the start. */
  readonly elapsed: () => number;
  readonly requestLog: RequestLog;
}

/** The longest a request may be in transit, in milliseconds. */
const LONGEST_TRANSIT_MS = 60_000;

/** The network between one process and the provider. */
export class SimulatedNetwork extends Dispatcher {
  readonly #parts: NetworkDependencies;
  readonly #proc: SimulatedProcess;

  constructor(parts: NetworkDependencies, proc: SimulatedProcess) {
    super();
    this.#parts = parts;
    this.#proc = proc;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    void this.#transfer(
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

  async #transfer(request: WireRequest, handler: Dispatcher.DispatchHandler): Promise<void> {
    const { time, random, plan, requestLog } = this.#parts;
    const kind = request.method === 'POST' ? 'submit' : 'poll';
    const name = this.#draw(kind);
    const fault: FaultKind = name === undefined ? good : faultKinds[name];
    await this.#proc.step('send', `${kind} ${name ?? 'ok'}`);
    if (name === 'unconnected') return this.#deliver({ error: 'ECONNREFUSED' }, handler);
    // The sender may hold the request back at the very last moment; then nothing leaves.
    const start = new RequestStart();
    handler.onRequestStart?.(start, {});
    if (start.aborted) return handler.onResponseError?.(start, start.reason ?? networkError('ABORTED'));
    // A process that wakes up after others have gone on knows nothing of their pauses until it meets the
    // ledger.
    if (!this.#proc.wasFrozen) requestLog.sent(time.now());
    const arrives = fault.arrives === 'yes' || (fault.arrives === 'either' && random.chance(0.5));
    const transitMs = random.next() * (fault.timeoutMs === undefined ? plan.networkMs : LONGEST_TRANSIT_MS);
    const back = random.next() * plan.networkMs;
    const settle = (answer: WireReply | undefined): void => {
      this.#proc.moment('arrived', `${kind} ${answer?.status ?? 'nothing'}`);
      if (!this.#proc.alive || fault.timeoutMs !== undefined) return;
      time.after(back, this.#proc, () => this.#deliver(fault.reply(answer, random), handler));
    };
    if (fault.timeoutMs !== undefined)
      time.after(fault.timeoutMs, this.#proc, () => this.#deliver(fault.reply(undefined, random), handler));
    time.after(transitMs, this.#parts, () =>
      settle(arrives ? this.#arrive(request, name === 'twice') : undefined),
    );
  }

  /** Lets the provider see it, once or twice; which of two answers comes back is random. */
  #arrive(request: WireRequest, twice: boolean): WireReply {
    const { world, random } = this.#parts;
    const first = world.take(request);
    if (!twice) return first;
    const second = world.take(request);
    return random.chance(0.5) ? first : second;
  }

  #draw(kind: 'submit' | 'poll'): keyof typeof faultKinds | undefined {
    const { plan, random, elapsed } = this.#parts;
    const now = elapsed();
    if (now >= plan.healedAt) return undefined;
    const outage = plan.outages.find(({ from, to }) => from <= now && now < to);
    if (outage !== undefined) return outage.kind;
    const possible = plan.faults.kinds.filter(
      (name) => ((faultKinds[name] as FaultKind).only ?? kind) === kind,
    );
    const [first, ...others] = possible;
    return first !== undefined && random.chance(plan.faults.share)
      ? random.pick([first, ...others])
      : undefined;
  }

  #deliver(delivery: Delivery, handler: Dispatcher.DispatchHandler): void {
    if (!this.#proc.moment('answer', 'error' in delivery ? delivery.error : String(delivery.status))) return;
    if ('error' in delivery) return handler.onResponseError?.(controller, networkError(delivery.error));
    // What was frozen may have lost the ledger, and cannot write down a pause that it is asked for.
    if (!this.#proc.wasFrozen) this.#parts.requestLog.answered(this.#parts.time.now(), delivery);
    handler.onResponseStart?.(controller, delivery.status, { ...delivery.headers });
    handler.onResponseData?.(controller, Buffer.from(delivery.body));
    if (delivery.brokenOff === true) handler.onResponseError?.(controller, networkError('ECONNRESET'));
    else handler.onResponseEnd?.(controller, {});
  }
}

const networkError = (code: string): Error => Object.assign(new Error(code), { code });

/** Answers come in one piece, so there is no back-pressure. */
class RequestStart implements Dispatcher.DispatchController {
  aborted = false;
  readonly paused = false;
  reason: Error | null = null;

  abort(reason: Error): void {
    this.aborted = true;
    this.reason = reason;
  }

  pause(): void {}
  resume(): void {}
}

const controller = new RequestStart();
