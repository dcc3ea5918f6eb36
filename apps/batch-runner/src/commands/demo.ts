import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Option } from 'commander';
import { families, type Family } from '@enrollkit/enrollment';
import type { Simulator } from '@enrollkit/provider-simulator';
import { defineCommand, type AnyCommand } from '../command.ts';
import { whole } from '../option-values.ts';
import { openLedgerView } from '../assemble.ts';
import { loadConfig } from '../config/load.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { configIn, simulatedConfig, startSimulated } from '../simulated-provider.ts';
import { count } from '../terminal/format.ts';
import { run } from './run.ts';
import { sample } from './sample.ts';

/** How large, where, and which generation of the API. */
export interface DemoOptions {
  readonly records: number;
  readonly folder: string;
  readonly family: Family;
  /** Whether the console shows it, until it is stopped. */
  readonly console?: boolean;
}

/**
 * `enrollkit demo`: synthetic cardholders, a simulated provider that keeps its world in a file, a whole run,
 * its report. Everything stays in the folder, so that a demo that was killed goes on where it was when it is
 * started again.
 */
export async function demo(context: Context, options: DemoOptions): Promise<ExitName> {
  const files = demoFiles(options.folder);
  if (await isFinished(files.config)) rmSync(options.folder, { recursive: true });
  refuseOtherFamily(files.config, options);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const simulator = await startSimulated(options.folder);
  try {
    if (existsSync(files.input)) context.terminal.note(`continuing the demo in ${options.folder}`);
    else await sample(context, { records: options.records, out: files.input, seed: 1, faulty: 0 });
    writeFileSync(files.config, await simulatedConfig(simulator, options), { mode: 0o600 });
    context.terminal.note(`a simulated provider listens at ${simulator.origin} (${options.family})`);
    const inner = {
      ...context,
      config: () => loadConfig({ file: files.config, environment: {}, flags: context.flags.set }),
    };
    const work = async (): Promise<ExitName> => {
      const exit = await run(inner, files.input, {});
      printWorld(context, simulator);
      context.terminal.note(`look around: enrollkit --config ${relative('.', files.config)} report --csv`);
      return exit;
    };
    return await (options.console === true ? whileServed(inner, work) : work());
  } finally {
    await simulator.close();
  }
}

/**
 * Does the work while the console, a process beside it as ever, shows it; keeps that open until somebody
 * stops it.
 */
async function whileServed(
  { terminal, stop, flags, config }: Context,
  work: () => Promise<ExitName>,
): Promise<ExitName> {
  const set = [...flags.set, 'serve.port=0'].flatMap((one) => ['--set', one]);
  const console = spawn(
    process.execPath,
    [...process.execArgv, process.argv[1] ?? '', '--config', config().file, 'serve', ...set],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const closed = once(console, 'close');
  try {
    const exit = await work();
    if (!stop.aborted) {
      terminal.note('the console stays open; Ctrl+C closes it');
      await Promise.race([once(stop, 'abort'), closed]);
    }
    return exit;
  } finally {
    console.kill('SIGTERM');
    await closed;
  }
}

interface DemoFiles {
  readonly config: string;
  readonly input: string;
}

function demoFiles(folder: string): DemoFiles {
  return { config: configIn(folder), input: join(folder, 'cardholders.csv') };
}

/**
 * An unfinished demo goes on with the family it was begun with: the ledger belongs to that. Throws
 * `RunnerError`.
 */
function refuseOtherFamily(config: string, { folder, family }: DemoOptions): void {
  if (!existsSync(config)) return;
  const begun = loadConfig({ file: config, environment: {}, flags: [] }).config.provider.family;
  if (begun === family) return;
  throw new RunnerError(
    'usage',
    `The demo in ${folder} was begun with ${begun} and is not finished; this is ${family}`,
    { hint: `finish it with --family ${begun}, or give this one another --folder` },
  );
}

async function isFinished(config: string): Promise<boolean> {
  if (!existsSync(config)) return false;
  const loaded = loadConfig({ file: config, environment: {}, flags: [] });
  const ledger = await openLedgerView(loaded).catch(() => undefined);
  if (ledger === undefined) return false;
  const [intake] = await ledger.listIntakes();
  await ledger.close();
  return intake?.state === 'settled';
}

function printWorld({ terminal }: Context, simulator: Simulator): void {
  let once = 0;
  let more = 0;
  for (const { times } of simulator.records()) {
    if (times === 1) once += 1;
    else more += 1;
  }
  terminal.note(`the provider's world: ${count(once)} records enrolled once, ${count(more)} more than once`);
}

/** `enrollkit demo` as it is typed. */
export const demoCommand: AnyCommand = defineCommand<DemoOptions>({
  declare: (command) =>
    command
      .option('-n, --records <number>', 'how many', whole, 10_000)
      .option(
        '--folder <folder>',
        'where it keeps everything; an unfinished demo there goes on',
        'enrollkit-demo',
      )
      .option('--console', 'show it in the console, in a browser, until it is stopped')
      .addOption(
        new Option('--family <family>', 'which generation of the API')
          .choices(families)
          .default('click-to-pay'),
      ),
  examples: [
    { line: 'enrollkit demo', does: '10,000 cardholders, in the folder enrollkit-demo' },
    { line: 'enrollkit demo -n 500 --folder small', does: 'fewer, elsewhere' },
    { line: 'enrollkit demo --console', does: 'watch it in a browser' },
    { line: 'enrollkit demo --family credential-directory', does: 'the API for new integrations' },
  ],
  run: demo,
});
