import type { Query } from './branches.ts';
import type { SchemaNode } from './node.ts';

/**
 * Questions about two named schemas. Large documents are meshes of these: followed one inside the other, a
 * question about one would lead through all. So each is answered by itself, while the others are taken to
 * hold; when one fails, those that were answered with its help are asked again. What is left in the end
 * holds.
 */

/** What the one who asks has to offer. */
interface Means {
  /** True when no value answers the query. */
  search(query: Query): boolean;
  /** Forgets proofs that leaned on a question that failed. */
  forget(keys: Iterable<string>): void;
  /** True when there have been too many steps. */
  exhausted(): boolean;
}

interface Entry {
  readonly query: Query;
  verdict: 'assumed' | 'holds' | 'fails';
  /** Questions that were answered with the help of this one. */
  readonly helped: Set<string>;
}

/** Answers questions about named schemas. */
export class SharedQuestions {
  readonly #means: Means;
  readonly #entries = new Map<string, Entry>();
  /** Other proofs that lean on questions that are only assumed to hold, and the other way round. */
  readonly #conditional = new Map<string, ReadonlySet<string>>();
  readonly #leaning = new Map<string, Set<string>>();
  #queue: string[] = [];
  #current: string | undefined;
  /** The assumed questions that the answer under way leans on. */
  #used = new Set<string>();

  constructor(means: Means) {
    this.#means = means;
  }

  /** True when the question was asked before. */
  knows(key: string): boolean {
    return this.#entries.has(key);
  }

  /** True when the question holds, or is assumed to while others are answered. */
  ask(key: string, query: Query): boolean {
    const known = this.#entries.get(key);
    if (known !== undefined && known.verdict !== 'assumed') return known.verdict === 'holds';
    if (known === undefined) {
      this.#entries.set(key, { query, verdict: 'assumed', helped: new Set() });
      if (this.#current === undefined) return this.#settle(key);
      this.#queue.push(key);
    }
    this.#use(key);
    return true;
  }

  /** Notes that a proof is used again, with all that it leans on. */
  reuse(key: string): void {
    for (const used of this.#conditional.get(key) ?? []) this.#use(used);
  }

  /** Runs a proof, and keeps what it leans on. */
  during(key: string, prove: () => boolean): boolean {
    const outer = this.#used;
    this.#used = new Set();
    try {
      const proven = prove();
      if (proven && this.#used.size > 0) this.#keep(key, this.#used);
      return proven;
    } finally {
      for (const used of this.#used) outer.add(used);
      this.#used = outer;
    }
  }

  /** What a function gives, and whether it leaned on nothing that is only assumed. */
  watch<T>(run: () => T): readonly [result: T, certain: boolean] {
    const outer = this.#used;
    this.#used = new Set();
    try {
      const result = run();
      return [result, this.#used.size === 0];
    } finally {
      for (const used of this.#used) outer.add(used);
      this.#used = outer;
    }
  }

  #keep(key: string, used: ReadonlySet<string>): void {
    this.#conditional.set(key, used);
    for (const one of used) {
      const leaning = this.#leaning.get(one) ?? new Set();
      this.#leaning.set(one, leaning.add(key));
    }
  }

  /** Forgets proofs that leaned on a question that failed. */
  #drop(keys: Iterable<string>): void {
    this.#means.forget(keys);
    for (const key of keys) this.#conditional.delete(key);
  }

  #use(key: string): void {
    this.#used.add(key);
    if (this.#current !== undefined) this.#entries.get(key)?.helped.add(this.#current);
  }

  #settle(first: string): boolean {
    const outer = this.#used;
    this.#queue = [first];
    try {
      for (let key = this.#queue.pop(); key !== undefined; key = this.#queue.pop()) this.#answer(key);
      const complete = !this.#means.exhausted();
      const holds = complete && this.#entries.get(first)?.verdict === 'assumed';
      for (const [key, entry] of this.#entries) {
        if (entry.verdict !== 'assumed') continue;
        if (complete) entry.verdict = 'holds';
        else this.#entries.delete(key);
      }
      if (!complete) this.#means.forget(this.#conditional.keys());
      this.#conditional.clear();
      this.#leaning.clear();
      return holds;
    } finally {
      this.#current = undefined;
      this.#queue = [];
      this.#used = outer;
    }
  }

  #answer(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.verdict !== 'assumed') return;
    this.#current = key;
    this.#used = new Set();
    if (this.#means.search(entry.query)) return;
    entry.verdict = 'fails';
    this.#drop(this.#leaning.get(key) ?? []);
    this.#leaning.delete(key);
    for (const helped of entry.helped) if (!this.#queue.includes(helped)) this.#queue.push(helped);
  }
}

/** True for a question whether one named schema is contained in another. */
export function isShared({ wanted, refused }: Query): boolean {
  const [[sender, ...others], [receiver, ...rest]] = [wanted, refused];
  return (
    sender !== undefined &&
    receiver !== undefined &&
    others.length + rest.length === 0 &&
    isNamed(sender) &&
    isNamed(receiver)
  );
}

function isNamed({ pointer, raw }: SchemaNode): boolean {
  return Object.keys(raw).length > 0 && /\/(?:schemas|\$defs|definitions)\/[^/]+$/.test(pointer);
}
