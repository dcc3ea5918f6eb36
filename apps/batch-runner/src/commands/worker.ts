import type { Ending } from '@enrollkit/pipeline';
import { defineCommand, type AnyCommand } from '../command.ts';
import { withProcessing } from '../process/process-context.ts';
import { notifyingEnd } from '../on-end/notify.ts';
import type { Context } from '../context.ts';
import { adviceOn, exitOfSignal } from '../ending.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { limitText } from '../terminal/limits-in-force.ts';

/** How long to work. */
export interface WorkerOptions {
  readonly untilIdle?: boolean;
}

/**
 * `enrollkit worker`: sends batches of every loaded intake, beside other workers on any host, until it is
 * stopped. It needs the database and the provider, and no input: `run` reads inputs.
 */
export async function worker(context: Context, { untilIdle = false }: WorkerOptions): Promise<ExitName> {
  if (context.config().config.ledger.url === undefined) {
    throw new RunnerError(
      'usage',
      'A worker needs a ledger that many hosts can share, and this one is in a file',
      { hint: 'set ledger: postgres://... (docs/many-hosts.md), or use enrollkit run' },
    );
  }
  return withProcessing(context, { command: 'worker', as: 'worker' }, async ({ pipeline, stop }) => {
    context.terminal.note('working; SIGTERM ends it after what is in flight');
    context.terminal.note(limitText(context.config().config.limits));
    const ending = await pipeline.work(stop, untilIdle);
    const advice = adviceOn(ending);
    if (advice !== undefined && ending.kind !== 'interrupted')
      context.terminal.warn(advice.text, advice.hint);
    return exitOfWork(ending, context);
  });
}

function exitOfWork({ kind }: Ending, { stoppedBy }: Context): ExitName {
  if (kind === 'idle') return 'allEnrolled';
  if (kind === 'limit') return 'limitPassed';
  if (kind !== 'interrupted') return 'stopped';
  return exitOfSignal(stoppedBy());
}

/** `enrollkit worker` as it is typed. */
export const workerCommand: AnyCommand = defineCommand<WorkerOptions>({
  declare: (command) => command.option('--until-idle', 'end when nothing is left to do'),
  examples: [
    { line: 'enrollkit worker', does: 'until it is stopped' },
    { line: 'enrollkit worker --until-idle', does: 'until nothing is left to do' },
  ],
  run: (context, options) =>
    notifyingEnd(context, { command: 'worker' }, (observed) => worker(observed, options)),
});
