import { type Withdrawal } from '../../port/verdicts.ts';
import { HashTable } from './hash-table.ts';
import type { Pass } from './sorted-keys.ts';
import type { EarlierTwins } from './twins.ts';
import { isZero, KEY_WORDS, TWIN_WORDS } from './words.ts';

/** What the search at the end of the load finds. */
export type Reason = Exclude<Withdrawal['reason'], 'in-flight'>;

/** A record of the intake: by its batch and its place in it; a row that is in none: by 0 and its number. */
export interface Ref {
  readonly batch: number;
  readonly index: number;
}

/** One record that something is wrong with. */
export interface Finding {
  readonly at: Ref;
  readonly reason: Reason;
  readonly firstLine?: number;
  /** The record that it repeats or contradicts, where the line is not known yet. */
  readonly first?: Ref;
  /** The number of another intake. */
  readonly other?: number;
}

/** What two records may not share: a contact, or a card number. */
class Shared {
  readonly reason: 'shared-contact' | 'shared-card';
  readonly holders: HashTable;
  /** Hashes of this intake: of the many that others hold, only these matter. */
  readonly wanted: HashTable;
  /** Of the record that is looked at. */
  readonly hash = new Uint32Array(2);

  constructor(reason: Shared['reason'], entries: number) {
    this.reason = reason;
    this.holders = new HashTable(entries, 2);
    // A first load wants nothing: there are no others.
    this.wanted = new HashTable(0, 2);
  }

  clear(): void {
    this.holders.clear();
    this.wanted.clear();
  }
}

/** Where the words of a twin's hashes begin. */
const words = { email: 0, mobile: 2, card: 4 } as const;

/**
 * Who holds each e-mail and mobile and each card number: what other intakes enrolled comes first, then what
 * this one brings to cards that are enrolled, then its records in their order. A record that contradicts a
 * holder does not become one.
 *
 * A pass remembers the hashes of its share only, so that memory stays bounded however large the input is.
 */
export class TwinHolders {
  readonly #contact: Shared;
  readonly #card: Shared;
  /** Both, in the order in which they are told. */
  readonly #kinds: readonly Shared[];
  #pass: Pass = { pass: 0, passes: 1 };
  #kept: Uint32Array;
  #refs: Float64Array;
  #length = 0;

  /** For about so many records a pass. */
  constructor(entries: number) {
    this.#contact = new Shared('shared-contact', entries);
    this.#card = new Shared('shared-card', entries);
    this.#kinds = [this.#contact, this.#card];
    this.#kept = new Uint32Array(1024 * KEY_WORDS);
    this.#refs = new Float64Array(1024 * 2);
  }

  /** Begins a pass: forgets those of the pass before. */
  begin(pass: Pass): void {
    this.#pass = pass;
    for (const kind of this.#kinds) kind.clear();
    this.#length = 0;
  }

  /** Notes what this intake has, before others are heard. */
  want(twins: TwinWords): void {
    for (let index = 0; index * KEY_WORDS < twins.keys.length; index++) {
      this.#lookAt(twins, index);
      for (const kind of this.#kinds) if (this.#isMine(kind)) kind.wanted.addOrFind(kind.hash, 0, 0);
    }
  }

  /** Makes the records of another intake holders of what this one wants. */
  hold({ intake, stands, ...twins }: EarlierTwins): void {
    for (let index = 0; index * KEY_WORDS < twins.keys.length; index++) {
      this.#lookAt(twins, index);
      for (const kind of this.#kinds) {
        if (!this.#isMine(kind) || kind.wanted.find(kind.hash, 0) === undefined || !stands(index)) continue;
        kind.holders.addOrFind(kind.hash, 0, this.#keep({ batch: -intake, index }, twins, index));
      }
    }
  }

  /**
   * Adds the records of a batch of this intake, or of rows that are in none, with their numbers; answers
   * those that contradict a holder.
   */
  add(batch: number, twins: TwinWords, rows?: readonly number[]): readonly Finding[] {
    const findings: Finding[] = [];
    for (let index = 0; index * KEY_WORDS < twins.keys.length; index++) {
      this.#lookAt(twins, index);
      const ref = { batch, index: rows?.[index] ?? index };
      const finding = this.#check(ref, twins, index);
      if (finding !== undefined) findings.push(finding);
      else this.#become(ref, twins, index);
    }
    return findings;
  }

  #check(at: Ref, twins: TwinWords, index: number): Finding | undefined {
    for (const kind of this.#kinds) {
      const holder = this.#isMine(kind) ? kind.holders.find(kind.hash, 0) : undefined;
      if (holder === undefined || !this.#contradicts(kind, holder, { twins, index })) continue;
      const first = { batch: this.#refs[holder * 2] ?? 0, index: this.#refs[holder * 2 + 1] ?? 0 };
      return { at, reason: kind.reason, ...(first.batch < 0 ? { other: -first.batch } : { first }) };
    }
    return undefined;
  }

  #become(ref: Ref, twins: TwinWords, index: number): void {
    let place: number | undefined;
    for (const kind of this.#kinds)
      if (this.#isMine(kind)) kind.holders.addOrFind(kind.hash, 0, (place ??= this.#keep(ref, twins, index)));
  }

  /** Whether the hash of the record that is looked at says something and belongs to this pass. */
  #isMine({ hash }: Shared): boolean {
    return !isZero(hash, 0, 2) && (hash[0] ?? 0) % this.#pass.passes === this.#pass.pass;
  }

  /** Takes the words that are compared: e-mail and mobile together, and the card number. */
  #lookAt({ hashes }: TwinWords, index: number): void {
    const twin = index * TWIN_WORDS;
    const { hash: contact } = this.#contact;
    const { hash: card } = this.#card;
    card[0] = hashes[twin + words.card] ?? 0;
    card[1] = hashes[twin + words.card + 1] ?? 0;
    const email = twin + words.email;
    const mobile = twin + words.mobile;
    const isWhole = !isZero(hashes, email, 2) && !isZero(hashes, mobile, 2);
    // Crossed, so that an e-mail and a mobile with one hash do not cancel each other out.
    contact[0] = isWhole ? (hashes[email] ?? 0) ^ (hashes[mobile + 1] ?? 0) : 0;
    contact[1] = isWhole ? (hashes[email + 1] ?? 0) ^ (hashes[mobile] ?? 0) : 0;
  }

  /** Whether a record may not share a hash with one that is remembered. */
  #contradicts(
    kind: Shared,
    place: number,
    { twins: { keys }, index }: { readonly twins: TwinWords; readonly index: number },
  ): boolean {
    const kept = place * KEY_WORDS;
    const same = (word: number) => this.#kept[kept + word] === keys[index * KEY_WORDS + word];
    const sameConsumer = same(0) && same(1);
    if (kind === this.#contact) return !sameConsumer;
    return !(sameConsumer && same(2) && same(3));
  }

  #keep(ref: Ref, { keys }: TwinWords, index: number): number {
    const place = this.#length;
    if ((place + 1) * 2 > this.#refs.length) this.#grow();
    const kept = place * KEY_WORDS;
    for (let word = 0; word < KEY_WORDS; word++)
      this.#kept[kept + word] = keys[index * KEY_WORDS + word] ?? 0;
    this.#refs[place * 2] = ref.batch;
    this.#refs[place * 2 + 1] = ref.index;
    this.#length += 1;
    return place;
  }

  #grow(): void {
    const kept = new Uint32Array(this.#kept.length * 2);
    kept.set(this.#kept);
    this.#kept = kept;
    const refs = new Float64Array(this.#refs.length * 2);
    refs.set(this.#refs);
    this.#refs = refs;
  }
}

/** Keys and hashes of the records of a batch, as words. */
interface TwinWords {
  readonly keys: Uint32Array;
  readonly hashes: Uint32Array;
}
