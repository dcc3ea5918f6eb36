import type { Ending } from '@enrollkit/pipeline';
import type { SeededRandom } from '@enrollkit/base';
import { SimulatedProcess } from './process.ts';
import { NeverSettledError } from './errors.ts';
import { commandsIn, runProcess, type Simulation, type ProcessContext } from './commands.ts';
import type { Trace } from './trace.ts';

/** A run that needs more processes than this does not come to an end. */
const MAX_PROCESSES = 150;
/** The next process is started after this at most; mostly much sooner. */
const LONGEST_BREAK_MS = 60_000;
/** A person decides about an unknown batch when no request can be in transit any more. */
const DECISION_DELAY_MS = 120_000;

/** How one process ended. */
export type ProcessEnd = Ending['kind'] | 'killed';

/** What the operator depends on. */
export interface OperatorDependencies {
  readonly simulation: Simulation;
  readonly random: SeededRandom;
  readonly trace: Trace;
  /** Checks the files on disk between two processes. */
  readonly atRest: () => void;
  /** How many batches are in state unknown. */
  readonly unknown: () => number;
}

type Command = (context: ProcessContext) => Promise<Ending>;

/** Starts processes one after the other, whatever happens to them, until everything is settled. Returns how each process ended. */
export async function operate({
  simulation,
  random,
  trace,
  atRest,
  unknown,
}: OperatorDependencies): Promise<readonly ProcessEnd[]> {
  const { time, plan } = simulation;
  const commands = commandsIn(simulation);
  let current = simulation;
  const ends: ProcessEnd[] = [];
  let retries = plan.retries;
  let command: Command = (context) => commands.run(context, true);
  while (ends.length < MAX_PROCESSES) {
    const proc = new SimulatedProcess({
      time,
      random,
      trace,
      interruptions: plan.interruptions[ends.length] ?? [],
      slowestMs: plan.slowestMs,
    });
    trace.of(`process ${ends.length + 1}`);
    const work = runProcess(current, proc, command).then(({ kind }) => kind);
    const end = await time.run(Promise.race([work, proc.killed]));
    trace.of('operator');
    trace.note('end', end);
    ends.push(end);
    if (end === 'killed') simulation.requestLog.senderKilled(time.now());
    await time.run(time.wait(random.next() ** 3 * LONGEST_BREAK_MS, ends));
    atRest();
    const withFile = random.chance(0.7) || end === 'key-withdrawn';
    command = (context) => commands.run(context, withFile);
    // A person has looked at what failed, and lets it go on.
    if (end === 'limit')
      current = { ...simulation, plan: { ...plan, settings: { ...plan.settings, tolerated: {} } } };
    if (end !== 'idle') continue;
    if (unknown() > 0) {
      await time.run(time.wait(DECISION_DELAY_MS, ends));
      command = (context) => commands.resolve(context);
    } else if (retries > 0) {
      retries -= 1;
      command = (context) => commands.retry(context);
    } else {
      return ends;
    }
  }
  throw new NeverSettledError(`not settled after ${ends.length} processes: ${ends.slice(-10).join(', ')}`);
}
