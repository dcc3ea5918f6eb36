import { parseArgs } from 'node:util';
import { applyMutant } from './apply-mutant.ts';
import { failureLines, totalLines } from './messages.ts';

const usage = `npm run simulate -- [--seed N] [--schedules M] [--trace] [--mutant NAME] [--until-found] [--changes]

  --seed N       the first seed (1)
  --schedules M  how many, one seed each (100)
  --trace        prints everything that happens
  --mutant NAME  puts a bug into the product first
  --changes      nights of extracts that update, replace and remove, and opt-outs
  --until-found  ends with the first schedule in which something does not hold
`;

const options = {
  seed: { type: 'string', default: '1' },
  schedules: { type: 'string', default: '100' },
  trace: { type: 'boolean', default: false },
  mutant: { type: 'string' },
  'until-found': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  changes: { type: 'boolean', default: false },
} as const;

/** The options as they were given, or why they cannot be understood. */
function valuesOf(args: string[]) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}

/**
 * Runs schedules as the command line says; returns the exit code: 0 when everything held, 1 when not, 2 for
 * wrong usage.
 */
async function main(): Promise<number> {
  const values = valuesOf(process.argv.slice(2));
  if (typeof values === 'string') {
    process.stderr.write(`${values}\n\n${usage}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const [first, count] = [Number(values.seed), Number(values.schedules)];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
    process.stderr.write(`--seed and --schedules take whole numbers\n\n${usage}`);
    return 2;
  }
  if (values.mutant !== undefined) applyMutant(values.mutant);
  // Only now: a mutant is put into modules as they are loaded.
  const simulate = values.changes
    ? (await import('./changes/simulate.ts')).simulateChanges
    : (await import('./schedule.ts')).simulate;
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const total = {
    schedules: 0,
    failed: 0,
    processes: 0,
    killed: 0,
    lockLost: 0,
    moments: 0,
    rows: 0,
    began: performance.now(),
  };
  for (let seed = first; seed < first + count; seed++) {
    const verdict = await simulate(seed, values.trace ? say : undefined);
    total.schedules += 1;
    total.processes += verdict.processes.length;
    total.killed += verdict.processes.filter((end) => end === 'killed').length;
    total.lockLost += verdict.processes.filter((end) => end === 'lock-lost').length;
    total.moments += verdict.moments;
    total.rows += verdict.rows;
    if (values.trace) say(`trace ${verdict.trace}`);
    if (verdict.complaints.length === 0) continue;
    total.failed += 1;
    failureLines(verdict, values).forEach(say);
    if (values['until-found']) break;
  }
  totalLines(total).forEach(say);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await main();
