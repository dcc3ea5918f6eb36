import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@enrollkit/base';
import { onMachine } from '../machine.ts';
import type { Verdict } from '../schedule.ts';
import { VirtualTime } from '../time.ts';
import { Trace } from '../trace.ts';
import { Nights } from './nights.ts';

const START = Date.UTC(2026, 10, 22, 20);

/**
 * Nights of full extracts that update, replace and remove, an extract cut in half, and opt-outs, also of
 * cards that are on their way, with processes killed and frozen anywhere: at the end the provider's world
 * is what the files say, no card was enrolled twice, nobody was left without one that was replaced, and
 * nobody is enrolled who opted out. The seed decides everything.
 */
export async function simulateChanges(seed: number, onLine?: (line: string) => void): Promise<Verdict> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'enrollkit-changes-'));
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ 7);
  const time = new VirtualTime(START, random);
  const trace = new Trace(() => time.now() - START, onLine);
  const nights = new Nights({ folder, random, time, trace });
  try {
    const othersLive = nights.runner.othersLive.bind(nights.runner);
    await onMachine({ time, othersLive }, () => time.run(nights.run()));
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
    processes: nights.runner.ends,
    trace: trace.digest(),
    moments: trace.lines,
    rows: nights.rowsRead,
  };
}
