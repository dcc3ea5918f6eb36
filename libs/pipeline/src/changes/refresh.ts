import { randomBytes } from 'node:crypto';
import { defined, mapConcurrent } from '@enrollkit/base';
import type {
  CardAddress,
  ProviderCard,
  ProviderProfile,
  ReadResult,
  SingleOperations,
} from '@enrollkit/enrollment';
import { CONSUMER_KEY_BYTES, KEY_BYTES, type Ledger, type RegisteredCard } from '@enrollkit/ledger';
import type { Clock } from '../clock.ts';
import { DeniedError } from '../errors.ts';
import { backoff } from '../send/backoff.ts';
import type { Limiter } from '../send/limiter.ts';

/** Cards read from the register at once. */
const PAGE = 200;
/** Consumers read at once: the rate decides how fast, not how long an answer takes. */
const CONSUMERS_AT_ONCE = 8;
/** Attempts to read one profile before it is left out. */
const ATTEMPTS = 5;

/**
 * How the provider differs from the register.
 *
 *   opted-out   the consumer's profile is not there any more
 *   removed     the card is not there any more, the profile is
 *   suspended   the card, or the profile, is suspended or locked
 *   cancelled   the card is cancelled
 *   number      the card has another number
 *   unreadable  it could not be read: no id is known, or the provider gave no answer
 */
export type DriftKind = 'opted-out' | 'removed' | 'suspended' | 'cancelled' | 'number' | 'unreadable';

/** One difference, by name. */
export interface Drift {
  readonly kind: DriftKind;
  readonly externalConsumerId?: string;
  readonly externalCardId?: string;
  /** What the provider says. */
  readonly found: string;
}

/** What a refresh reads, and what it does with what it finds. */
export interface RefreshOptions {
  /** So many consumers, chosen at random; all when absent. */
  readonly sample?: number | undefined;
  /** Remembers who opted out there as opted out, and what was removed as removed. */
  readonly accept: boolean;
  readonly onDrift: (drift: Drift) => void | Promise<void>;
}

/** What a refresh has read. */
export interface Refreshed {
  readonly consumers: number;
  readonly cards: number;
  readonly drifts: Readonly<Record<DriftKind, number>>;
}

/** What a refresh works with. */
export interface RefreshContext {
  readonly ledger: Ledger;
  readonly single: SingleOperations;
  /** Of a rate of its own. */
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Reads profiles and cards back and reports each difference from the register. Throws `DeniedError`. */
export async function refresh(
  options: RefreshOptions,
  context: RefreshContext,
  stop: AbortSignal,
): Promise<Refreshed> {
  const run = new Refresh(options, context, stop);
  const consumers =
    options.sample === undefined ? all(context.ledger) : sampled(context.ledger, options.sample);
  const differences = mapConcurrent(consumers, CONSUMERS_AT_ONCE, (cards) => run.read(cards));
  for await (const drifts of differences) {
    for (const drift of drifts) await options.onDrift(drift);
    if (stop.aborted) break;
  }
  return run.result;
}

class Refresh {
  readonly #options: RefreshOptions;
  readonly #context: RefreshContext;
  readonly #stop: AbortSignal;
  readonly #drifts: Record<DriftKind, number> = {
    'opted-out': 0,
    removed: 0,
    suspended: 0,
    cancelled: 0,
    number: 0,
    unreadable: 0,
  };
  #consumers = 0;
  #cards = 0;

  constructor(options: RefreshOptions, context: RefreshContext, stop: AbortSignal) {
    this.#options = options;
    this.#context = context;
    this.#stop = stop;
  }

  get result(): Refreshed {
    return { consumers: this.#consumers, cards: this.#cards, drifts: this.#drifts };
  }

  /** Reads one consumer, with all of their cards; answers how they differ. */
  async read(cards: readonly RegisteredCard[]): Promise<readonly Drift[]> {
    const { single } = this.#context;
    if (this.#stop.aborted) return [];
    this.#consumers += 1;
    this.#cards += cards.length;
    const address = cards.find((card) => card.address !== undefined)?.address;
    if (address === undefined) return this.#all(cards, 'unreadable', 'nothing is known by which to ask');
    const profile = await this.#attempt(() => single.getProfile(address));
    if (profile === undefined) return [];
    if (profile.kind === 'found') {
      const drifts: Drift[] = [];
      for (const card of cards) drifts.push(...(await this.#compare(card, profile.found)));
      return drifts;
    }
    if (profile.kind !== 'missing' || profile.reason.origin === 'transport')
      return this.#all(cards, 'unreadable', profile.reason.code);
    if (this.#options.accept) await this.#accept(cards, cards.map(({ key }) => consumerOf(key)).slice(0, 1));
    return this.#all(cards, 'opted-out', 'the profile is not there');
  }

  async #compare(card: RegisteredCard, profile: ProviderProfile): Promise<readonly Drift[]> {
    const { address } = card;
    if (address === undefined) return [this.#drift(card, 'unreadable', 'nothing is known by which to ask')];
    const found = profile.cards.find((one) => isSame(one, card)) ?? (await this.#lookFor(card, address));
    if (found === undefined) return [];
    if ('difference' in found) return [this.#drift(card, found.difference, found.found)];
    const drifts: Drift[] = [];
    if (profile.status === 'suspended' || profile.status === 'locked')
      drifts.push(this.#drift(card, 'suspended', `the profile is ${profile.status}`));
    if (found.status === 'suspended') drifts.push(this.#drift(card, 'suspended', 'the card is suspended'));
    if (found.status === 'cancelled') drifts.push(this.#drift(card, 'cancelled', 'the card is cancelled'));
    if (hasOtherNumber(found, card.maskedPan))
      drifts.push(this.#drift(card, 'number', `${found.panStart ?? ''}...${found.panEnd ?? ''}`));
    return drifts;
  }

  /** A profile may not list all of its cards: what is not among them is asked for itself. */
  async #lookFor(
    card: RegisteredCard,
    address: CardAddress,
  ): Promise<ProviderCard | { readonly difference: DriftKind; readonly found: string } | undefined> {
    const answer = await this.#attempt(() => this.#context.single.getCard(address));
    if (answer === undefined) return undefined;
    if (answer.kind === 'found') return answer.found;
    if (answer.kind !== 'missing' || answer.reason.origin === 'transport')
      return { difference: 'unreadable', found: answer.reason.code };
    if (this.#options.accept) await this.#accept([card], [card.key]);
    return { difference: 'removed', found: 'the card is not there' };
  }

  /** The answer to a reading that may be repeated; undefined when told to stop. */
  async #attempt<Found>(
    read: () => Promise<ReadResult<Found>>,
  ): Promise<Exclude<ReadResult<Found>, { kind: 'denied' }> | undefined> {
    const { limiter, clock, random } = this.#context;
    for (let attempts = 1; ; attempts += 1) {
      let slot: number | undefined;
      while (slot === undefined && !this.#stop.aborted) slot = await limiter.acquireSlot(this.#stop);
      if (this.#stop.aborted) return undefined;
      const answer = await read();
      if (answer.kind === 'denied') throw new DeniedError(answer.reason);
      if (answer.kind !== 'busy' || attempts === ATTEMPTS) return answer;
      const waitMs = backoff(attempts, answer.retryAfterMs, random);
      // The others wait, too, when the provider asks for it.
      if (answer.retryAfterMs !== undefined || answer.reason.httpStatus === 429)
        await limiter.pauseFor(waitMs);
      await clock.sleep(waitMs, this.#stop);
    }
  }

  /** The cardholder's own decision: it holds for every later file. */
  async #accept(cards: readonly RegisteredCard[], optedOut: readonly Uint8Array[]): Promise<void> {
    const { ledger } = this.#context;
    await ledger.optOut(Buffer.concat(optedOut));
    await ledger.acceptRemoved(Buffer.concat(cards.map(({ key }) => key)));
  }

  #all(cards: readonly RegisteredCard[], kind: DriftKind, found: string): readonly Drift[] {
    return cards.map((card) => this.#drift(card, kind, found));
  }

  #drift({ address }: RegisteredCard, kind: DriftKind, found: string): Drift {
    this.#drifts[kind] += 1;
    const { externalConsumerId, externalCardId } = address ?? {};
    return defined<Drift>({ kind, found, externalConsumerId, externalCardId });
  }
}

/**
 * By our id, by the provider's, or, where no id came with the enrollment (delayed tokenization), by its
 * number.
 */
function isSame(card: ProviderCard, { address, maskedPan }: RegisteredCard): boolean {
  if (card.externalCardId !== undefined) return card.externalCardId === address?.externalCardId;
  if (address?.providerCardId !== undefined) return card.providerCardId === address.providerCardId;
  return maskedPan !== undefined && card.panEnd !== undefined && !hasOtherNumber(card, maskedPan);
}

function hasOtherNumber({ panStart, panEnd }: ProviderCard, maskedPan: string | undefined): boolean {
  if (maskedPan === undefined) return false;
  const starts = panStart === undefined || maskedPan.startsWith(panStart.slice(0, 6));
  return !starts || !(panEnd === undefined || maskedPan.endsWith(panEnd));
}

/** Consumer by consumer, in the order of their keys. */
async function* all(ledger: Ledger): AsyncGenerator<readonly RegisteredCard[]> {
  let after: Uint8Array = new Uint8Array(KEY_BYTES);
  let open: RegisteredCard[] = [];
  for (;;) {
    const page = await ledger.registered(after, PAGE);
    for (const card of page) {
      const [first] = open;
      if (first !== undefined && !isOfSameConsumer(first, card)) {
        yield open;
        open = [];
      }
      open.push(card);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = last.key;
  }
  if (open.length > 0) yield open;
}

/** So many consumers, each the next one after a random key; none twice. */
async function* sampled(ledger: Ledger, count: number): AsyncGenerator<readonly RegisteredCard[]> {
  const seen = new Set<string>();
  for (let tries = 0; seen.size < count && tries < count * 4; tries += 1) {
    const [found] = await ledger.registered(randomBytes(KEY_BYTES), 1);
    if (found === undefined) continue;
    const consumer = consumerOf(found.key);
    const name = Buffer.from(consumer).toString('hex');
    if (seen.has(name)) continue;
    seen.add(name);
    yield (await ledger.registered(consumer, PAGE)).filter((card) => isOfSameConsumer(found, card));
  }
}

function isOfSameConsumer(one: RegisteredCard, other: RegisteredCard): boolean {
  return Buffer.compare(consumerOf(one.key), consumerOf(other.key)) === 0;
}

function consumerOf(key: Uint8Array): Uint8Array {
  const consumer = new Uint8Array(KEY_BYTES);
  consumer.set(key.subarray(0, CONSUMER_KEY_BYTES));
  return consumer;
}
