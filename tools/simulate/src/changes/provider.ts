import type { SeededRandom } from '@enrollkit/base';
import type {
  ChangeResult,
  EnrollmentRecord,
  Provider,
  ProviderReason,
  RecordOutcome,
  SingleOperations,
  Submission,
  SubmitOptions,
} from '@enrollkit/enrollment';
import type { SimulatedProcess } from '../process.ts';
import type { VirtualTime } from '../time.ts';

/** A card as the provider has it. */
export interface KnownCard {
  readonly consumer: string;
  readonly card: string;
  readonly pan: string;
  expiry: string;
  city: string;
}

interface Taken {
  readonly batchId: string;
  readonly outcomes: readonly RecordOutcome[];
}

/** One request of a process. */
interface Request {
  readonly proc: SimulatedProcess;
  readonly what: string;
  readonly options: SubmitOptions | undefined;
}

/** The longest a request may be in transit: later the gateway would refuse its signature. */
const LONGEST_TRANSIT_MS = 14 * 60_000;

/** How often a request is lost on its way, its answer on its way back, or turned away. */
export interface Weather {
  readonly lost: number;
  readonly busy: number;
  /** How often a request that its sender gives up arrives a while later. */
  readonly delayed: number;
}

const transport: ProviderReason = { httpStatus: 0, code: 'TIMEOUT', message: 'lost', origin: 'transport' };
const overloaded: ProviderReason = { httpStatus: 503, code: 'BUSY', message: 'later', origin: 'gateway' };
const gone: ProviderReason = { httpStatus: 404, code: 'NOT_FOUND', message: 'not here', origin: 'service' };

/**
 * A provider in memory that enrolls, changes and deletes. It knows a card by its number: another one is
 * another card, and the same one with another expiry the same card.
 */
export class ChangingWorld {
  readonly cards = new Map<string, KnownCard>();
  readonly emails = new Map<string, string>();
  /** Who may not be enrolled any more. */
  readonly optedOut = new Set<string>();
  /** Of these, whose cards were on their way when they opted out: they may come, and must go again. */
  readonly onTheirWay = new Set<string>();
  /** Cards, as `consumer/card`, that must be there all the time, under whatever number. */
  readonly mustStay = new Set<string>();
  /** Card numbers that are refused. */
  readonly refused = new Set<string>();
  readonly complaints: string[] = [];
  /** Requests that took effect, by kind. */
  readonly effects = { enrolled: 0, changed: 0, deleted: 0 };
  weather: Weather = { lost: 0, busy: 0, delayed: 0 };
  readonly #random: SeededRandom;
  readonly #time: VirtualTime;
  readonly #batches = new Map<string, Taken>();
  readonly #sealed = new Map<string, readonly EnrollmentRecord[]>();

  constructor(random: SeededRandom, time: VirtualTime) {
    this.#random = random;
    this.#time = time;
  }

  /** The cards under both ids. */
  present(consumer: string, card: string): readonly KnownCard[] {
    return [...this.cards.values()].filter((one) => one.consumer === consumer && one.card === card);
  }

  /**
   * The provider as one process reaches it: each request takes a while, and the process may be killed around
   * it.
   */
  for(proc: SimulatedProcess): Provider & SingleOperations {
    const change = (what: string, options: SubmitOptions | undefined, act: () => boolean) =>
      this.#exchange(
        { proc, what, options },
        (): ChangeResult => (act() ? { kind: 'done' } : { kind: 'missing', reason: gone }),
      );
    const untold = () => Promise.resolve({ kind: 'missing', reason: gone } as const);
    return {
      cardsAreNamedBy: 'provider-id',
      seal: async ({ externalBatchId, records }) => {
        this.#sealed.set(externalBatchId, records);
        return { externalBatchId, bytes: Buffer.from(externalBatchId), kid: 'kid' };
      },
      currentKid: async () => 'kid',
      submit: ({ externalBatchId }, options) =>
        this.#exchange({ proc, what: `batch ${externalBatchId}`, options }, () =>
          this.#take(externalBatchId),
        ),
      poll: async (batchId) => {
        await proc.step('send', 'poll');
        const taken = [...this.#batches.values()].find((batch) => batch.batchId === batchId);
        await proc.step('answer', 'poll');
        return { kind: 'finished', outcomes: taken?.outcomes ?? [] };
      },
      enrollOne: () => Promise.reject(new Error('nobody enrolls one by one')),
      getProfile: untold,
      getCard: untold,
      updateProfile: ({ externalConsumerId: id }, { email }, options) =>
        change(`profile ${id}`, options, () =>
          this.#update(this.emails.has(id), () => this.emails.set(id, email)),
        ),
      updateCard: ({ providerCardId = '' }, { city }, options) =>
        change(`card ${providerCardId}`, options, () => {
          const card = this.cards.get(providerCardId);
          return this.#update(card !== undefined, () => card && (card.city = city));
        }),
      deleteCard: ({ providerCardId = '' }, _reason, options) =>
        change(`delete ${providerCardId}`, options, () => this.#delete([providerCardId])),
      deleteProfile: ({ externalConsumerId: id }, options) =>
        change(`delete profile ${id}`, options, () => {
          const ids = [...this.cards].filter(([, card]) => card.consumer === id).map(([name]) => name);
          return this.emails.delete(id) && this.#delete(ids);
        }),
      close: async () => undefined,
    };
  }

  async #exchange<A>(
    { proc, what, options }: Request,
    act: () => A,
  ): Promise<A | Extract<ChangeResult, { kind: 'unknown' | 'busy' | 'late' }>> {
    const { lost, busy, delayed } = this.weather;
    await proc.step('sign', what);
    await proc.step('send', what);
    // Asked immediately before the first byte.
    if (options?.mayLeave?.() === false) return { kind: 'late' };
    if (this.#random.chance(busy)) return { kind: 'busy', reason: overloaded };
    if (this.#random.chance(lost)) return { kind: 'unknown', reason: transport };
    if (this.#random.chance(delayed)) {
      this.#time.after(this.#random.next() * LONGEST_TRANSIT_MS, this, () => void act());
      return { kind: 'unknown', reason: transport };
    }
    const answer = act();
    await proc.step('answer', what);
    return this.#random.chance(lost) ? { kind: 'unknown', reason: transport } : answer;
  }

  #take(externalBatchId: string): Submission {
    const known = this.#batches.get(externalBatchId);
    if (known !== undefined) return { kind: 'accepted', providerBatchId: known.batchId };
    const outcomes = (this.#sealed.get(externalBatchId) ?? []).map((record) => this.#enroll(record));
    const batchId = `batch-${this.#batches.size + 1}`;
    this.#batches.set(externalBatchId, { batchId, outcomes });
    return { kind: 'accepted', providerBatchId: batchId };
  }

  #enroll({ externalConsumerId, externalCardId, consumer, card }: EnrollmentRecord): RecordOutcome {
    const key = { externalConsumerId, externalCardId };
    const { pan, expiryMonth, expiryYear, billingAddress } = card;
    if (this.refused.has(pan)) return { ...key, result: 'refused', code: 'INVALID_PAN', recoverable: false };
    const id = `${externalConsumerId}/${externalCardId}/${pan}`;
    const expiry = `${expiryMonth}/${expiryYear}`;
    if (this.cards.get(id)?.expiry === expiry) this.complaints.push(`${id} was enrolled twice`);
    if (this.optedOut.has(externalConsumerId) && !this.onTheirWay.has(externalConsumerId))
      this.complaints.push(`${externalConsumerId} opted out and was enrolled`);
    this.effects.enrolled += 1;
    this.emails.set(externalConsumerId, consumer.email);
    this.cards.set(id, {
      consumer: externalConsumerId,
      card: externalCardId,
      pan,
      expiry,
      city: billingAddress.city,
    });
    return { ...key, result: 'enrolled', providerConsumerId: externalConsumerId, providerCardId: id };
  }

  #update(isThere: boolean, act: () => unknown): boolean {
    if (!isThere) return false;
    this.effects.changed += 1;
    act();
    return true;
  }

  #delete(ids: readonly string[]): boolean {
    let isThere = false;
    for (const id of ids) {
      const card = this.cards.get(id);
      if (card === undefined) continue;
      isThere = true;
      this.effects.deleted += 1;
      this.cards.delete(id);
      if (
        this.mustStay.has(`${card.consumer}/${card.card}`) &&
        this.present(card.consumer, card.card).length === 0
      )
        this.complaints.push(`${card.consumer}/${card.card} was left without a card`);
    }
    return isThere;
  }
}
