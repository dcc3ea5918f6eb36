import {
  type Contender,
  type ContenderName,
  type Contenders,
  contendersFor,
  type Form,
  plaintextOf,
} from './encryption/contenders.ts';
import { eventLoopDelays } from './encryption/event-loop.ts';

/**
 * Sealing and opening one body: ours beside jose bare, beside mastercard-client-encryption, and beside the
 * floor, which is node:crypto on the thread that asks, with parsed keys and nothing checked. All write
 * A256GCM. As `text`, JSON text goes in and bytes come out, so that the encryption itself shows (the official
 * library parses and prints JSON all the same: it has no other way); as `object`, everybody also prints and
 * parses JSON, which is most of the work from 100 kB on. One contender after the other in each short round,
 * so that a slow second hits all; ratios are taken within a round. The median round counts; the best tenth
 * stands beside it, for what a shared machine can do when it is left alone. The number of bodies is fixed, so
 * that a busy machine makes it slower and not longer without end.
 */
export interface EncryptionRow {
  readonly operation: 'seal' | 'open';
  readonly form: Form;
  readonly bytes: number;
  readonly inFlight: number;
  /** Microseconds per body, by contender: median over the rounds. */
  readonly micros: Readonly<Record<ContenderName, number>>;
  /** The same, of the best tenth of the rounds. */
  readonly best: Readonly<Record<ContenderName, number>>;
  /** How many times ours: median of the rounds' own ratios. */
  readonly timesOurs: Readonly<Record<ContenderName, number>>;
}

/**
 * Plaintext sizes in bytes: a card, and batches of up to about 1,500 records; and how often each is tried.
 */
const plan = [
  { bytes: 700, rounds: 61, perRound: 24 },
  { bytes: 10_000, rounds: 61, perRound: 24 },
  { bytes: 32_000, rounds: 41, perRound: 16 },
  { bytes: 100_000, rounds: 41, perRound: 8 },
  { bytes: 256_000, rounds: 21, perRound: 8 },
  { bytes: 1_000_000, rounds: 15, perRound: 8 },
] as const;

/** Measures every size, both ways and forms, alone and with eight in flight. */
export async function* measureEncryption(): AsyncGenerator<EncryptionRow> {
  for (const form of ['text', 'object'] as const) {
    const contenders = contendersFor(form);
    for (const { bytes, ...times } of plan) {
      const plaintext = plaintextOf(bytes);
      const input = form === 'text' ? JSON.stringify(plaintext) : plaintext;
      const jwe = await contenders.jose.seal(input);
      const actions = { seal: (one: Contender) => one.seal(input), open: (one: Contender) => one.open(jwe) };
      for (const inFlight of [1, 8])
        for (const operation of ['seal', 'open'] as const) {
          const measured = await race(contenders, actions[operation], { ...times, inFlight });
          yield { operation, form, bytes, inFlight, ...measured };
        }
    }
  }
}

const names: readonly ContenderName[] = ['ours', 'jose', 'official', 'floor'];

interface Cell {
  readonly rounds: number;
  readonly perRound: number;
  readonly inFlight: number;
}

async function race(
  contenders: Contenders,
  action: (one: Contender) => unknown,
  { rounds, perRound, inFlight }: Cell,
): Promise<Pick<EncryptionRow, 'micros' | 'best' | 'timesOurs'>> {
  const times: Record<ContenderName, number[]> = { ours: [], jose: [], official: [], floor: [] };
  for (let round = -3; round < rounds; round += 1) {
    // In another order each time: whoever always came after the same one would pay for its garbage.
    for (const name of names.toSorted(() => Math.random() - 0.5)) {
      const time = await timeOf(() => action(contenders[name]), inFlight, perRound);
      if (round >= 0) times[name].push(time);
    }
  }
  const each = (figure: (name: ContenderName) => number) => ({
    ours: figure('ours'),
    jose: figure('jose'),
    official: figure('official'),
    floor: figure('floor'),
  });
  return {
    micros: each((name) => quantile(times[name], 0.5)),
    best: each((name) => quantile(times[name], 0.1)),
    timesOurs: each((name) =>
      quantile(
        times[name].map((time, round) => time / (times.ours[round] ?? Number.NaN)),
        0.5,
      ),
    ),
  };
}

async function timeOf(action: () => unknown, inFlight: number, count: number): Promise<number> {
  const began = process.hrtime.bigint();
  for (let done = 0; done < count; done += inFlight)
    await Promise.all(Array.from({ length: inFlight }, action));
  return Number(process.hrtime.bigint() - began) / 1000 / count;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.NaN;
}

function printed({ operation, form, bytes, inFlight, micros, best, timesOurs }: EncryptionRow): string {
  const cells = names.map((name) => {
    const ratio = name === 'ours' ? '' : ` (${timesOurs[name].toFixed(2)})`;
    return `${name} ${micros[name].toFixed(0).padStart(6)}${ratio}`;
  });
  const bests = names.map((name) => best[name].toFixed(0).padStart(6)).join('');
  return `${operation} ${form.padEnd(6)} ${String(bytes).padStart(7)} B, ${inFlight} in flight: ${cells.join('  ')}   best tenth:${bests}`;
}

if (import.meta.main) {
  console.log('microseconds per body, and how many times ours');
  for await (const row of measureEncryption()) console.log(printed(row));
  console.log(
    '\nhow late the event loop is while bodies are sealed without a pause, ms: median and 99th percentile',
  );
  for await (const { bytes, way, medianMs, p99Ms } of eventLoopDelays())
    console.log(
      `${String(bytes).padStart(7)} B, ${way.padEnd(40)} ${medianMs.toFixed(2).padStart(7)} ${p99Ms.toFixed(2).padStart(7)}`,
    );
}
