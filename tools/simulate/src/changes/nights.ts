import type { SeededRandom } from '@enrollkit/base';
import type { OptOut, Plan } from '@enrollkit/pipeline';
import { inputOf } from '../files.ts';
import type { VirtualTime } from '../time.ts';
import type { Trace } from '../trace.ts';
import { NightRunner, type Work } from './night.ts';
import { ChangingWorld } from './provider.ts';
import { fileOf, nameOf, newRow, panOf, type Row } from './rows.ts';

/** Of the processes of a night, so many are killed or frozen somewhere. */
const INTERRUPTED = 4;

/** What the nights are made with. */
export interface NightsDependencies {
  readonly folder: string;
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly trace: Trace;
}

/** What happens night after night, and what must be true of it. */
export class Nights {
  readonly complaints: string[] = [];
  readonly world: ChangingWorld;
  readonly runner: NightRunner;
  rowsRead = 0;
  readonly #random: SeededRandom;
  readonly #deletesFirst: boolean;
  #rows: Row[] = [];
  #files = 0;

  constructor(dependencies: NightsDependencies) {
    const { random, time } = dependencies;
    this.#random = random;
    this.world = new ChangingWorld(random, time);
    this.#deletesFirst = random.chance(0.4);
    const replaceOrder = this.#deletesFirst ? 'delete-first' : 'enroll-first';
    this.runner = new NightRunner({ ...dependencies, world: this.world, replaceOrder });
  }

  async run(): Promise<void> {
    const random = this.#random;
    this.#rows = Array.from({ length: random.integer(6, 10) }, (_, number) => newRow(number));
    await this.runner.night(0, this.#extract(this.#rows));
    await this.#agree('the first night', new Set());
    this.world.weather = {
      lost: random.pick([0, 0.1, 0.3]),
      busy: random.pick([0, 0.1]),
      delayed: random.pick([0, 0.3]),
    };
    const refused = this.#change();
    const extract = this.#extract(this.#rows);
    if (random.chance(0.4)) await this.#optOutMeanwhile(extract);
    await this.runner.night(INTERRUPTED, extract);
    // What is frozen of this night may wake up in the next one, with what was true then.
    if (random.chance(0.5)) await this.#agree('the second night', refused);
    this.#changeAgain(refused);
    // An older file whose run gets the ledger after a newer one is an older file given later: it is applied.
    await this.runner.allBegun();
    await this.runner.night(INTERRUPTED, this.#extract(this.#rows));
    await this.#agree('the third night', refused);
    const half = this.#rows.slice(0, Math.floor(this.#rows.length / 2));
    const { deleted } = this.world.effects;
    await this.runner.night(INTERRUPTED, this.#extract(half));
    if (this.world.effects.deleted !== deleted) this.complaints.push('an extract cut in half removed cards');
    await this.#optOut();
    await this.runner.night(INTERRUPTED, this.#extract([...this.#rows, ...this.#cardsOfOptedOut()]));
    await this.#agree('after the opt-outs', refused);
  }

  /** New, changed, replaced and missing cards; answers the cards whose new number is refused. */
  #change(): ReadonlySet<string> {
    const random = this.#random;
    const refused = new Set<string>();
    this.world.mustStay.clear();
    const [first, ...rest] = this.#rows;
    // One card is missing, and so few that it may be removed.
    if (random.chance(0.7) && first !== undefined) this.#rows = rest;
    // With the new expiry a card keeps its id: what was to delete the old one must not arrive later.
    const more = this.#deletesFirst ? (['expiry', 'expiry', 'expiry'] as const) : [];
    const kinds = ['nothing', 'email', 'city', 'both', 'number', 'expiry', 'refused', ...more] as const;
    for (const row of this.#rows) {
      // Who is to be deleted first may be without a card for a while.
      if (!this.#deletesFirst) this.world.mustStay.add(nameOf(row));
      const what = random.pick(kinds);
      if (what === 'email' || what === 'both') row.email = `new.${row.email}`;
      if (what === 'city' || what === 'both') row.city = `New ${row.city}`;
      if (what === 'expiry') row.expiry = '11/38';
      if (what !== 'number' && what !== 'refused') continue;
      row.pan = panOf(Number(row.consumer.slice(2)) + 500);
      if (what === 'number') continue;
      this.world.refused.add(row.pan);
      refused.add(nameOf(row));
    }
    for (let added = random.integer(0, 2); added > 0; added -= 1) this.#rows.push(newRow(100 + added));
    return refused;
  }

  /** Other contacts and addresses of some. */
  #changeAgain(refused: ReadonlySet<string>): void {
    for (const row of this.#rows) {
      if (refused.has(nameOf(row))) continue;
      const what = this.#random.pick(['nothing', 'email', 'city', 'both']);
      if (what === 'email' || what === 'both') row.email = `newer.${row.email}`;
      if (what === 'city' || what === 'both') row.city = `Newer ${row.city}`;
    }
  }

  /** Another card of each who opted out. */
  #cardsOfOptedOut(): readonly Row[] {
    return this.#rows
      .filter(({ consumer }) => this.world.optedOut.has(consumer))
      .map((row, index) => ({ ...row, card: `other-${index}`, pan: panOf(900 + index) }));
  }

  /** Somebody opts out while an extract with their card was begun, and not ended. */
  async #optOutMeanwhile(extract: Work): Promise<void> {
    await this.runner.interruptedProcess(extract);
    // No more, so that a card that is missing stays within the limit of removals.
    const rows = this.#someConsumers().slice(0, 1);
    for (const { externalConsumerId } of rows) this.world.onTheirWay.add(externalConsumerId);
    await this.#optOut(rows);
  }

  #someConsumers(): readonly OptOut[] {
    return this.#rows
      .filter(() => this.#random.chance(0.3))
      .map(({ consumer }) => ({ externalConsumerId: consumer }));
  }

  async #optOut(rows: readonly OptOut[] = this.#someConsumers()): Promise<void> {
    for (const { externalConsumerId } of rows) {
      for (const row of this.#rows)
        if (row.consumer === externalConsumerId) this.world.mustStay.delete(nameOf(row));
    }
    if (rows.length === 0) return;
    this.#files += 1;
    const source = `out-${this.#files}.csv`;
    await this.runner.night(INTERRUPTED, async (pipeline, proc) => {
      const intake = await pipeline.optOut({ source, rows });
      return pipeline.send(intake, proc.stop.signal);
    });
    for (const { externalConsumerId } of rows) this.world.optedOut.add(externalConsumerId);
  }

  /** `run --full` of a file. */
  #extract(rows: readonly Row[]): Work {
    const file = fileOf(`extract-${(this.#files += 1)}.csv`, rows);
    this.rowsRead += rows.length;
    return async (pipeline, proc) => {
      const input = inputOf(file, proc, 4_096);
      const intake = await pipeline.open(input, { full: true });
      if (!(await pipeline.load(intake, input, proc.stop.signal))) return { kind: 'interrupted' };
      return pipeline.send(intake, proc.stop.signal, input);
    };
  }

  /** The world is what the files say, and the register knows it: the same rows again are all unchanged. */
  async #agree(when: string, refused: ReadonlySet<string>): Promise<void> {
    await this.runner.allEnded();
    for (const row of this.#rows) this.#compare(when, row, refused.has(nameOf(row)));
    const wanted = new Set(this.#rows.map(nameOf));
    for (const { consumer, card } of this.world.cards.values())
      if (!wanted.has(`${consumer}/${card}`))
        this.complaints.push(`${when}: ${consumer}/${card} was not removed`);
    const plan = await this.#plan();
    const { applied, changed, 'refused-before': refusedBefore } = plan.unsent;
    const open = [...refused].filter((name) => !this.world.optedOut.has(name.split('/')[0] ?? '')).length;
    const replacing = plan.changes['delete-replaced'];
    // The card that was deleted first is no more: its successor was refused, and is not sent again.
    const [again, given] = this.#deletesFirst ? [0, open] : [open, 0];
    if (
      plan.new !== replacing ||
      replacing !== again ||
      refusedBefore !== given ||
      applied + changed + plan.missing > 0
    )
      this.complaints.push(
        `${when}: the same rows again are ${plan.new} new, ${replacing} replaced, ${refusedBefore} refused before, ${applied + changed} changed, ${plan.missing} missing; ${open} were refused`,
      );
  }

  #compare(when: string, row: Row, isRefused: boolean): void {
    const present = this.world.present(row.consumer, row.card);
    if (this.world.optedOut.has(row.consumer)) {
      if (present.length > 0) this.complaints.push(`${when}: ${nameOf(row)} opted out and is enrolled`);
      return;
    }
    const [card] = present;
    if (isRefused && this.#deletesFirst && present.length === 0) return;
    if (card === undefined || present.length > 1) {
      this.complaints.push(`${when}: ${nameOf(row)} has ${present.length} cards`);
      return;
    }
    const { pan, city } = card;
    const email = this.world.emails.get(row.consumer);
    if (!isRefused && (pan !== row.pan || city !== row.city || email !== row.email))
      this.complaints.push(`${when}: ${nameOf(row)} is not what the file says`);
  }

  async #plan(): Promise<Plan> {
    let made: Plan | undefined;
    const file = fileOf('again.csv', this.#rows);
    await this.runner.process([], async (pipeline, proc) => {
      made = await pipeline.plan(inputOf(file, proc, 4_096), { full: true });
      return { kind: 'idle' };
    });
    if (made === undefined) throw new Error('a plan comes to its end');
    return made;
  }
}
