import type { Ending } from '@enrollkit/pipeline';
import type { SeededRandom } from '@enrollkit/base';
import { Life } from './process.ts';
import { commandsIn, inProcess, type Surroundings, type Tools } from './commands.ts';
import type { Trace } from './trace.ts';

/** A run that needs more processes than this does not come to an end. */
const MOST_LIVES = 150;
/** The next process is started after this at most; mostly much sooner. */
const LONGEST_BREAK_MS = 60_000;
/** A person decides about a parked batch when nothing can be on the road any more. */
const PATIENCE_MS = 120_000;

/** What happened in one life. */
export type LifeEnd = Ending['kind'] | 'killed';

/** What an operator works with. */
export interface OperatorParts {
  readonly around: Surroundings;
  readonly random: SeededRandom;
  readonly trace: Trace;
  /** Looks at what lies on the disk between two lives. */
  readonly atRest: () => void;
  /** Batches that wait for a person. */
  readonly parked: () => number;
}

type Command = (tools: Tools) => Promise<Ending>;

/** Starts processes one after the other, whatever becomes of them, until everything is settled. Answers the ends of all lives. */
export async function operate({
  around,
  random,
  trace,
  atRest,
  parked,
}: OperatorParts): Promise<readonly LifeEnd[]> {
  const { time, plan } = around;
  const commands = commandsIn(around);
  let surroundings = around;
  const ends: LifeEnd[] = [];
  let retries = plan.retries;
  let command: Command = (tools) => commands.carry(tools, true);
  while (ends.length < MOST_LIVES) {
    const life = new Life({
      time,
      random,
      trace,
      dooms: plan.dooms[ends.length] ?? [],
      slowestMs: plan.slowestMs,
    });
    trace.of(`life ${ends.length + 1}`);
    const work = inProcess(surroundings, life, command).then(({ kind }) => kind);
    const end = await time.run(Promise.race([work, life.killed]));
    trace.of('operator');
    trace.note('end', end);
    ends.push(end);
    if (end === 'killed') around.roadbook.died(time.now());
    await time.run(time.wait(random.next() ** 3 * LONGEST_BREAK_MS, ends));
    atRest();
    const withFile = random.chance(0.7) || end === 'key-withdrawn';
    command = (tools) => commands.carry(tools, withFile);
    // A person has looked at what failed, and lets it go on.
    if (end === 'limit')
      surroundings = { ...around, plan: { ...plan, settings: { ...plan.settings, tolerated: {} } } };
    if (end !== 'idle') continue;
    if (parked() > 0) {
      await time.run(time.wait(PATIENCE_MS, ends));
      command = (tools) => commands.resolve(tools);
    } else if (retries > 0) {
      retries -= 1;
      command = (tools) => commands.retry(tools);
    } else {
      return ends;
    }
  }
  throw new EndlessError(`not settled after ${ends.length} processes: ${ends.slice(-10).join(', ')}`);
}

/** The work does not come to an end. */
export class EndlessError extends Error {
  override readonly name = 'EndlessError';
  readonly code = 'ENDLESS';
}
