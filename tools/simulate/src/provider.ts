import { cardName, type GroupValues } from './population.ts';
import { json, type WireReply } from './fault-kinds.ts';
import type { OpenedCard } from './keys.ts';
import { statusOf } from './status.ts';
import type { CardOutcome, TakenBatch, WorldDependencies } from './taken-batch.ts';

/** A request as it arrives. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

interface SentBatch {
  readonly jwe: string;
  readonly cards: readonly OpenedCard[];
}

/**
 * A provider in memory: who is enrolled how often, with what data, and what was reported about it. The HTTP
 * simulator cannot take its place: in virtual time an answer must be made at once, without the event loop and
 * the thread pool.
 */
export class World {
  /** How often each card was enrolled. */
  readonly enrolled = new Map<string, number>();
  /** The data that each card was enrolled with. */
  readonly enrolledWith = new Map<string, GroupValues>();
  /** Every data that a card came with, enrolled or refused. */
  readonly sent = new Map<string, GroupValues[]>();
  /** What no sound client does. */
  readonly complaints: string[] = [];
  readonly #parts: WorldDependencies;
  readonly #batches: TakenBatch[] = [];
  readonly #refusals = new Map<string, number>();
  readonly #malformed = new Map<string, boolean>();

  constructor(parts: WorldDependencies) {
    this.#parts = parts;
  }

  /** The batches it has taken under our id, first to last. */
  batchesOf(externalBatchId: string): readonly TakenBatch[] {
    return this.#batches.filter((batch) => batch.externalBatchId === externalBatchId);
  }

  /** Every card it has enrolled under this id of its own. */
  cardOf(cardId: string): CardOutcome | undefined {
    return this.#batches.flatMap(({ cards }) => cards).find((card) => card.cardId === cardId);
  }

  take({ method, path, body }: WireRequest): WireReply {
    return method === 'POST'
      ? this.#takeBatch(JSON.parse(body) as Record<string, string>)
      : this.#status(path.split('?')[0]?.split('/').at(-1) ?? '');
  }

  #takeBatch({ externalBatchId = '', encryptedEnrollmentData = '' }: Record<string, string>): WireReply {
    const { random, plan } = this.#parts;
    const cards = this.#parts.keys.open(encryptedEnrollmentData, this.#parts.elapsed());
    if (cards === undefined)
      return refusal('INVALID_ARGUMENT', { reason: 'CORRUPT_DATA', source: 'encryptedEnrollmentData' });
    for (const card of cards) {
      const name = cardName(card);
      this.sent.set(name, [...(this.sent.get(name) ?? []), card.values]);
    }
    const malformed = this.#malformed.get(externalBatchId) ?? random.chance(plan.results.malformed);
    this.#malformed.set(externalBatchId, malformed);
    if (malformed) return refusal('INVALID_ARGUMENT', { reason: 'INVALID_ARGUMENT', source: 'consumers' });
    const [known] = this.batchesOf(externalBatchId);
    if (known !== undefined) this.#compare(known, { jwe: encryptedEnrollmentData, cards });
    if (known !== undefined && plan.repeats === 'idempotent') return receipt(known);
    if (known !== undefined && plan.repeats === 'reject')
      return refusal('ALREADY_EXISTS', { reason: 'ALREADY_EXISTS', source: 'externalBatchId' }, 409);
    return receipt(this.#enroll(externalBatchId, { jwe: encryptedEnrollmentData, cards }));
  }

  #enroll(externalBatchId: string, { jwe, cards: sent }: SentBatch): TakenBatch {
    const { random, plan, elapsed } = this.#parts;
    const failed = random.chance(plan.results.failed);
    const cards = sent.map((card) => this.#decide(card, failed));
    const batch = {
      batchId: `batch-${this.#batches.length + 1}`,
      externalBatchId,
      cards,
      jwe,
      failed,
      doneAt: elapsed() + random.next() * plan.results.slowestMs,
      answers: 0,
    };
    this.#batches.push(batch);
    return batch;
  }

  #decide(card: OpenedCard, failed: boolean): CardOutcome {
    const { random, plan } = this.#parts;
    const name = cardName(card);
    const { externalConsumerId, externalCardId } = card;
    const times = this.#refusals.get(name) ?? 0;
    const lost = random.chance(plan.results.lost);
    const refused = failed || (times < 2 && random.chance(plan.results.refused));
    if (refused) this.#refusals.set(name, times + 1);
    const enrolled = !refused && (!lost || random.chance(0.5));
    if (enrolled) {
      this.enrolled.set(name, (this.enrolled.get(name) ?? 0) + 1);
      this.enrolledWith.set(name, card.values);
    }
    const result = lost && !failed ? 'lost' : refused ? 'refused' : 'enrolled';
    const cardId = `${name}#${this.enrolled.get(name) ?? 0}`;
    return { externalConsumerId, externalCardId, result, recoverable: random.chance(0.3), cardId };
  }

  #compare(known: TakenBatch, again: SentBatch): void {
    const [before, now] = [known.cards, again.cards].map((list) => list.map(cardName).sort().join());
    if (before !== now) this.complaints.push(`${known.externalBatchId} came again with other cards`);
    // Only the provider's own word that a key is withdrawn allows another body for what may have arrived.
    if (known.jwe !== again.jwe && !this.#parts.keys.wasRefused(known.jwe))
      this.complaints.push(`${known.externalBatchId} was sealed again although it had been sent`);
  }

  #status(batchId: string): WireReply {
    const batch = this.#batches.find((one) => one.batchId === batchId);
    if (batch === undefined)
      return json(404, { status: 404, reason: 'NOT_FOUND', message: 'not known here' });
    return json(200, statusOf(batch, this.#parts));
  }
}

const receipt = ({ batchId, externalBatchId }: TakenBatch): WireReply =>
  json(202, { batchId, externalBatchId });

function refusal(reason: string, detail: object, status = 400): WireReply {
  return json(status, { status, reason, message: 'refused', errordetail: [detail] });
}
