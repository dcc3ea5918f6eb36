import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined, isEnrollkitError } from '@enrollkit/base';
import type { Intake, Progress } from '@enrollkit/contract/runner';
import type { LedgerBrowser } from '@enrollkit/ledger';
import { standingOf } from '../api/standing.ts';
import { runnerView } from '../api/views.ts';
import type { LedgerAccess } from '../ledger-access.ts';

/** At most four updates a second. */
const EVERY_MS = 250;
/** Of its time, what a slow ledger may be asked: a quarter. */
const REST = 3;
/** Unfinished intakes that are looked at, the newest. */
const UNFINISHED = 50;
/** Intakes of which the last standing is kept, and events, whatever ids readers say that they have. */
const KEPT = 200;

/** What changed after another event, as it is sent. */
export interface ProgressEvent {
  readonly id: string;
  readonly progress: Progress;
}

type Head = Omit<Progress, 'at' | 'complete' | 'intakes'>;

/**
 * Looks at the ledger while somebody watches, once for all who do, and says what has changed. Who is slow
 * misses standings in between and never the last one: nothing is queued.
 */
export class ProgressFeed {
  readonly #ledger: LedgerAccess;
  readonly #changed = new EventEmitter<{ changed: [] }>().setMaxListeners(0);
  /** Tells this server's events from those of the one before. */
  readonly #epoch = randomBytes(6).toString('hex');
  readonly #standings = new Map<string, { readonly at: number; readonly text: string; intake: Intake }>();
  #unfinished: ReadonlySet<string> = new Set();
  #head: { readonly text: string; readonly head: Head } | undefined;
  /** The event of now, by what its reader has: many watch the same. */
  readonly #events = new Map<number | undefined, ProgressEvent>();
  #number = 0;
  #lookedAt = new Date(0);
  #watchers = 0;
  #looking: Promise<void> | undefined;
  #closed = new AbortController();

  constructor(ledger: LedgerAccess) {
    this.#ledger = ledger;
  }

  /** Aborts when the server closes. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Where everything stands that is unfinished. Throws what the ledger throws. */
  async now(): Promise<Progress> {
    return this.#ledger.read(async (browser) => {
      const { items } = await browser.intakePage({ states: ['reading', 'ready'], limit: UNFINISHED });
      const intakes: Intake[] = [];
      for (const intake of items) intakes.push(await standingOf(browser, intake));
      return { at: new Date().toISOString(), complete: true, ...(await headOf(browser)), intakes };
    });
  }

  /** Begins to look at the ledger; the returned function ends it when nobody else watches. */
  watch(): () => void {
    this.#watchers += 1;
    this.#looking ??= this.#look();
    let watches = true;
    return () => {
      if (watches) this.#watchers -= 1;
      watches = false;
    };
  }

  /**
   * What has changed since the event with that id, or everything when the id is unknown; undefined when
   * nothing has, after `waitMs` at most or when the server closes.
   */
  async next(after: string | undefined, waitMs: number): Promise<ProgressEvent | undefined> {
    const known = this.#numberOf(after);
    const there = this.#since(known);
    if (there !== undefined) return there;
    const signal = AbortSignal.any([this.closed, AbortSignal.timeout(waitMs)]);
    await once(this.#changed, 'changed', { signal }).catch(() => undefined);
    return this.#since(known);
  }

  /** Ends for everybody. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#looking;
  }

  #numberOf(id: string | undefined): number | undefined {
    const [epoch, number] = id?.split('-') ?? [];
    const value = Number(number);
    return epoch === this.#epoch && Number.isInteger(value) && value <= this.#number ? value : undefined;
  }

  #since(known: number | undefined): ProgressEvent | undefined {
    if (this.#head === undefined || known === this.#number) return undefined;
    const made = this.#events.get(known);
    if (made !== undefined) return made;
    const all = known === undefined;
    const intakes = [...this.#standings.values()]
      .filter(({ at, intake: { id } }) => (all ? this.#unfinished.has(id) : at > known))
      .map(({ intake }) => intake);
    const event = {
      id: `${this.#epoch}-${this.#number}`,
      progress: { at: this.#lookedAt.toISOString(), complete: all, ...this.#head.head, intakes },
    };
    if (this.#events.size < KEPT) this.#events.set(known, event);
    return event;
  }

  async #look(): Promise<void> {
    while (this.#watchers > 0 && !this.closed.aborted) {
      const started = performance.now();
      if (await this.#lookOnce()) this.#changed.emit('changed');
      const took = performance.now() - started;
      await sleep(Math.max(EVERY_MS - took, took * REST, 0), undefined, { signal: this.closed }).catch(
        () => undefined,
      );
    }
    this.#looking = undefined;
  }

  /** Whether anything is different. */
  async #lookOnce(): Promise<boolean> {
    const next = this.#number + 1;
    let isNew = false;
    try {
      await this.#ledger.read(async (browser) => {
        isNew = await this.#lookAtIntakes(browser, next);
        isNew = this.#setHead(await headOf(browser)) || isNew;
      });
    } catch (error) {
      const { head } = this.#head ?? { head: { unknownBatches: 0, auditEvents: 0 } };
      isNew = this.#setHead({ ...head, ledgerError: messageOf(error) });
    }
    if (isNew) {
      this.#number = next;
      this.#events.clear();
      this.#lookedAt = new Date();
    }
    return isNew;
  }

  async #lookAtIntakes(browser: LedgerBrowser, number: number): Promise<boolean> {
    const { items } = await browser.intakePage({ states: ['reading', 'ready'], limit: UNFINISHED });
    const unfinished = new Set(items.map(({ id }) => id));
    const ended = [...this.#unfinished].filter((id) => !unfinished.has(id));
    let isNew = false;
    for (const intake of items) isNew = this.#setStanding(await standingOf(browser, intake), number) || isNew;
    for (const id of ended) {
      const intake = await browser.findIntake(id);
      if (intake !== undefined) isNew = this.#setStanding(await standingOf(browser, intake), number) || isNew;
    }
    this.#unfinished = unfinished;
    for (const id of this.#standings.keys())
      if (this.#standings.size > KEPT && !unfinished.has(id)) this.#standings.delete(id);
    return isNew;
  }

  #setStanding(intake: Intake, number: number): boolean {
    const text = JSON.stringify(intake);
    if (this.#standings.get(intake.id)?.text === text) return false;
    this.#standings.set(intake.id, { at: number, text, intake });
    return true;
  }

  #setHead(head: Head): boolean {
    const { runner, ...rest } = head;
    // A heartbeat alone is no news.
    const text = JSON.stringify({ ...rest, runner: runner && { ...runner, heartbeat: '' } });
    if (this.#head?.text === text) return false;
    this.#head = { text, head };
    return true;
  }
}

async function headOf(browser: LedgerBrowser): Promise<Head> {
  const owner = await browser.owner();
  const pausedForMs = await browser.pausedForMs();
  return defined<Head>({
    runner: owner && runnerView(owner),
    // By the second: it is read anew each time, and is the same moment.
    pausedUntil: pausedForMs > 0 ? secondOf(Date.now() + pausedForMs).toISOString() : undefined,
    unknownBatches: await browser.unknownCount(),
    auditEvents: await browser.lastEvent(),
  });
}

function secondOf(time: number): Date {
  return new Date(Math.ceil(time / 1000) * 1000);
}

function messageOf(error: unknown): string {
  return isEnrollkitError(error) ? error.message : 'the ledger cannot be read';
}
