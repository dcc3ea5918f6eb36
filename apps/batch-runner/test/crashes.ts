import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@enrollkit/base';
import { expect } from 'vitest';
import type { Ended, Harness, Running } from './harness.ts';

/** What a report says, as far as a person who decides needs it. */
export interface ReportJson {
  readonly unknownBatches: readonly { readonly externalBatchId: string; readonly records: number }[];
  readonly tally: { readonly unknown: number };
}

/**
 * The seeds of a test with so many kills a seed: one seed in CI, as many as `ENROLLKIT_KILLS` asks for by
 * hand. One number decides every moment; it is in the name of the test, so that a failure can be run again
 * (`ENROLLKIT_KILL_SEED`).
 */
export function killSeeds(killsEach: number): readonly number[] {
  const first = Number(process.env['ENROLLKIT_KILL_SEED'] ?? 20_261_122);
  const seeds = Math.ceil(Number(process.env['ENROLLKIT_KILLS'] ?? killsEach) / killsEach);
  return Array.from({ length: seeds }, (_, round) => first + round);
}

/**
 * Comes at a random moment between the two, in milliseconds from now: the one wait by the clock, for it is
 * the input of these tests.
 */
export function randomMoment(
  random: SeededRandom,
  [earliest, latest]: readonly [number, number],
): Promise<void> {
  return sleep(earliest + random.next() * (latest - earliest));
}

/** Kills it when the moment comes, or finds that it ended before; answers whether it was alive. */
export async function killAt(running: Running, moment: Promise<unknown>): Promise<boolean> {
  await Promise.race([moment, running.ended]);
  const met = running.process.kill('SIGKILL');
  await running.ended;
  return met;
}

/** Asks the provider about each batch in state unknown and records the decision. */
export async function resolveAll(
  harness: Harness,
  unknownBatches: ReportJson['unknownBatches'],
): Promise<void> {
  return resolveBy((...argv) => harness.enrollkit(...argv), { harness, unknownBatches });
}

/** The same by any way to run a command, and for the intake named, if one is. */
export async function resolveBy(
  command: (...argv: string[]) => Promise<Ended>,
  {
    harness,
    unknownBatches,
    intake,
  }: {
    readonly harness: Harness;
    readonly unknownBatches: ReportJson['unknownBatches'];
    readonly intake?: string;
  },
): Promise<void> {
  const of = intake === undefined ? [] : ['--intake', intake];
  const batchOfCard = new Map(
    [...harness.simulator.records()].map(({ externalCardId, batches }) => [externalCardId, batches.at(-1)]),
  );
  const { out } = await command('report', '--csv', ...of);
  const cardOfBatch = new Map(
    out
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map((cells) => [cells[6], cells[2] ?? '']),
  );
  for (const { externalBatchId } of unknownBatches) {
    const batchId = batchOfCard.get(cardOfBatch.get(externalBatchId) ?? '');
    const decision = batchId === undefined ? ['--not-sent'] : ['--sent', batchId];
    expect(await command('resolve', externalBatchId, ...decision, ...of)).toMatchObject({ code: 0 });
  }
}

/**
 * Resolves every unknown batch of an intake (default: the newest) by what the provider has; answers how many.
 */
export async function resolveHonestly(harness: Harness, intake?: string): Promise<number> {
  const of = intake === undefined ? [] : ['--intake', intake];
  const { out } = await harness.call('--json', 'report', ...of);
  const { unknownBatches } = JSON.parse(out.trim().split('\n').at(-1) ?? '') as ReportJson;
  await resolveBy((...argv) => harness.call(...argv), {
    harness,
    unknownBatches,
    ...(intake !== undefined && { intake }),
  });
  return unknownBatches.length;
}
