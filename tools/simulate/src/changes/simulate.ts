import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@enrollkit/base';
import { openSqliteLedger } from '@enrollkit/ledger';
import { defaultSettings, Pipeline, type Ending, type OptOut, type Plan } from '@enrollkit/pipeline';
import { sleeping } from '../commands.ts';
import { crashingLedger } from '../crashing-ledger.ts';
import { engineOf } from '../engine.ts';
import { NeverSettledError } from '../errors.ts';
import { inputOf } from '../files.ts';
import { currentProcess, onMachine } from '../machine.ts';
import { SimulatedProcess, type Interruption } from '../process.ts';
import type { Verdict } from '../schedule.ts';
import { VirtualTime } from '../time.ts';
import { Trace } from '../trace.ts';
import { ChangingWorld } from './provider.ts';
import { fileOf, nameOf, newRow, panOf, type Row } from './rows.ts';

const START = Date.UTC(2026, 10, 22, 20);
/** A night that needs more processes than this does not come to an end. */
const MAX_PROCESSES = 40;
/** Of those, so many are killed somewhere. */
const KILLED = 4;

/** What a process of a night does. */
type Work = (pipeline: Pipeline, proc: SimulatedProcess) => Promise<Ending>;

/**
 * Nights of full extracts that update, replace and remove, an extract cut in half, and opt-outs, with
 * processes killed anywhere: at the end the provider's world is what the files say, no card was enrolled
 * twice, nobody was left without one that was replaced, and nobody enrolled who opted out. The seed decides
 * everything.
 */
export async function simulateChanges(seed: number, onLine?: (line: string) => void): Promise<Verdict> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'enrollkit-changes-'));
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ 7);
  const time = new VirtualTime(START, random);
  const trace = new Trace(() => time.now() - START, onLine);
  const nights = new Nights({ folder, random, time, trace });
  try {
    await onMachine({ time, othersLive: () => false }, () => time.run(nights.run()));
  } catch (error) {
    nights.complaints.push(
      `ended with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
  return {
    seed,
    complaints: [...new Set([...nights.complaints, ...nights.world.complaints])],
    processes: nights.ends,
    trace: trace.digest(),
    moments: trace.lines,
    rows: nights.rowsRead,
  };
}

interface Dependencies {
  readonly folder: string;
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly trace: Trace;
}

class Nights {
  readonly complaints: string[] = [];
  readonly ends: Verdict['processes'][number][] = [];
  readonly world: ChangingWorld;
  rowsRead = 0;
  readonly #dependencies: Dependencies;
  #rows: Row[] = [];
  #files = 0;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.world = new ChangingWorld(dependencies.random);
  }

  async run(): Promise<void> {
    const { random } = this.#dependencies;
    this.#rows = Array.from({ length: random.integer(6, 10) }, (_, number) => newRow(number));
    await this.#night(0, this.#extract(this.#rows));
    await this.#agree('the first night', new Set());
    this.world.weather = { lost: random.pick([0, 0.1, 0.3]), busy: random.pick([0, 0.1]) };
    const refused = this.#change();
    await this.#night(KILLED, this.#extract(this.#rows));
    await this.#agree('the second night', refused);
    const half = this.#rows.slice(0, Math.floor(this.#rows.length / 2));
    const { deleted } = this.world.effects;
    await this.#night(KILLED, this.#extract(half));
    if (this.world.effects.deleted !== deleted) this.complaints.push('an extract cut in half removed cards');
    await this.#optOut();
    await this.#night(KILLED, this.#extract([...this.#rows, ...this.#cardsOfOptedOut()]));
    await this.#agree('after the opt-outs', refused);
  }

  /** New, changed, replaced and missing cards; answers the cards whose new number is refused. */
  #change(): ReadonlySet<string> {
    const { random } = this.#dependencies;
    const refused = new Set<string>();
    this.world.mustStay.clear();
    const [first, ...rest] = this.#rows;
    // One card is missing, and so few that it may be removed.
    if (random.chance(0.7) && first !== undefined) this.#rows = rest;
    for (const row of this.#rows) {
      this.world.mustStay.add(nameOf(row));
      const what = random.pick(['nothing', 'email', 'city', 'both', 'number', 'expiry', 'refused']);
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

  /** Another card of each who opted out. */
  #cardsOfOptedOut(): readonly Row[] {
    return this.#rows
      .filter(({ consumer }) => this.world.optedOut.has(consumer))
      .map((row, index) => ({ ...row, card: `other-${index}`, pan: panOf(900 + index) }));
  }

  async #optOut(): Promise<void> {
    const { random } = this.#dependencies;
    const rows: OptOut[] = this.#rows
      .filter(() => random.chance(0.3))
      .map(({ consumer }) => ({ externalConsumerId: consumer }));
    for (const { externalConsumerId } of rows) {
      for (const row of this.#rows)
        if (row.consumer === externalConsumerId) this.world.mustStay.delete(nameOf(row));
    }
    if (rows.length === 0) return;
    await this.#night(KILLED, async (pipeline, proc) => {
      const intake = await pipeline.optOut({ source: 'out.csv', rows });
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
      if (!(await pipeline.load(intake, input, proc.stop.signal)))
        return (await pipeline.passedLimit(intake)) ?? { kind: 'interrupted' };
      return pipeline.send(intake, proc.stop.signal, input);
    };
  }

  /** Starts processes until one comes to its end; the first ones are killed somewhere. */
  async #night(killed: number, work: Work): Promise<void> {
    const { random } = this.#dependencies;
    for (let count = 0; count < MAX_PROCESSES; count += 1) {
      const interruptions: Interruption[] =
        count < killed ? [{ count: Math.ceil(random.next() ** 2 * 500), act: 'kill' }] : [];
      const end = await this.#process(interruptions, work);
      this.ends.push(end);
      if (end === 'idle') return;
    }
    throw new NeverSettledError(`not settled after ${MAX_PROCESSES} processes`);
  }

  async #process(interruptions: readonly Interruption[], work: Work): Promise<Verdict['processes'][number]> {
    const { folder, random, time, trace } = this.#dependencies;
    const name = `process ${this.ends.length + 1}`;
    const proc = new SimulatedProcess({ name, time, random, trace, interruptions, slowestMs: 5 });
    const running = currentProcess.run(proc, async () => {
      const path = join(folder, 'ledger.db');
      const opened = await proc.unlessKilled(
        openSqliteLedger(
          path,
          { now: time.now },
          engineOf(proc, () => undefined),
        ),
      );
      const ledger = crashingLedger(opened, proc);
      const lock = await ledger.lock('simulate');
      const ending = await work(this.#pipeline(proc, ledger), proc);
      await proc.unlessKilled(lock.release());
      await ledger.close();
      return ending.kind;
    });
    const end = await Promise.race([running, proc.killed]);
    await time.wait(60_000, this);
    return end;
  }

  #pipeline(proc: SimulatedProcess, ledger: ConstructorParameters<typeof Pipeline>[0]['ledger']): Pipeline {
    const { random, time, trace } = this.#dependencies;
    const provider = this.world.for(proc);
    const changes = {
      ...defaultSettings.changes,
      contact: 'apply',
      billingAddress: 'apply',
      cardNumber: 'apply',
      expiry: 'apply',
      remove: 'apply',
    } as const;
    return new Pipeline({
      ledger,
      provider,
      single: provider,
      fingerprintKey: new Uint8Array(32),
      environment: 'https://provider.example',
      programme: 'programme',
      settings: {
        ...defaultSettings,
        batchSize: 3,
        inFlight: 3,
        requestsPerSecond: 100,
        onUnknown: 'resend',
        poll: { firstMs: 50, maxMs: 1_000, factor: 2, jitter: 0 },
        changes,
        // One of at least six, and never half of them.
        removals: { percent: 20 },
      },
      reading: { columns: {} },
      clock: {
        now: time.now,
        monotonic: time.now,
        sleep: (ms, signal) => sleeping({ ms, signal, proc, time }),
      },
      random: () => random.next(),
      notify: (event) => trace.note(proc.name, 'event', event.kind),
    });
  }

  /** The world is what the files say, and the register knows it: the same rows again are all unchanged. */
  async #agree(when: string, refused: ReadonlySet<string>): Promise<void> {
    for (const row of this.#rows) this.#compare(when, row, refused.has(nameOf(row)));
    const wanted = new Set(this.#rows.map(nameOf));
    for (const { consumer, card } of this.world.cards.values())
      if (!wanted.has(`${consumer}/${card}`))
        this.complaints.push(`${when}: ${consumer}/${card} was not removed`);
    const plan = await this.#plan();
    const { applied, changed } = plan.unsent;
    const open = [...refused].filter((name) => !this.world.optedOut.has(name.split('/')[0] ?? '')).length;
    const replacing = plan.changes['delete-replaced'];
    if (plan.new !== replacing || replacing !== open || applied + changed > 0 || plan.missing > 0)
      this.complaints.push(
        `${when}: the same rows again are ${plan.new} new, ${replacing} replaced, ${applied + changed} changed, ${plan.missing} missing; ${open} were refused`,
      );
  }

  #compare(when: string, row: Row, isRefused: boolean): void {
    const present = this.world.present(row.consumer, row.card);
    if (this.world.optedOut.has(row.consumer)) {
      if (present.length > 0) this.complaints.push(`${when}: ${nameOf(row)} opted out and is enrolled`);
      return;
    }
    const [card] = present;
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
    await this.#process([], async (pipeline, proc) => {
      made = await pipeline.plan(inputOf(file, proc, 4_096), { full: true });
      return { kind: 'idle' };
    });
    if (made === undefined) throw new Error('a plan comes to its end');
    return made;
  }
}
