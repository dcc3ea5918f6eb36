import type { Drift, DriftKind, Refreshed } from '@enrollkit/pipeline';
import { InvalidArgumentError } from 'commander';
import { actor } from '../audit.ts';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { exitOfSignal } from '../ending.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { whole } from '../option-values.ts';
import { withProcessing } from '../process/process-context.ts';
import { csvLine } from '../terminal/csv.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { sumLine } from '../terminal/verdict-lines.ts';

/** What is read, how fast, and whether what is found is taken over. */
export interface RefreshCommandOptions {
  readonly sample?: number;
  readonly all?: boolean;
  readonly rate?: number;
  readonly accept?: boolean;
  readonly csv?: boolean;
}

const columns = ['externalConsumerId', 'externalCardId', 'difference', 'found'] as const;

const labels: Readonly<Record<DriftKind, string>> = {
  'opted-out': 'opted out at the provider',
  removed: 'card removed at the provider',
  suspended: 'suspended or locked',
  cancelled: 'cancelled',
  number: 'another card number',
  unreadable: 'could not be read',
};

/**
 * `enrollkit refresh`: reads profiles and cards back from the provider and names each difference from the
 * register. With `--accept` it is taken over: who opted out there has opted out. Exit 7 while differences are
 * left.
 */
export async function refresh(context: Context, options: RefreshCommandOptions): Promise<ExitName> {
  const { sample, all = false, rate, accept = false, csv = false } = options;
  if ((sample === undefined) !== all)
    throw new RunnerError('usage', 'A refresh reads either a sample of the consumers or all of them', {
      hint: 'enrollkit refresh --sample 500, or enrollkit refresh --all',
    });
  return withProcessing(context, { command: 'refresh', as: 'loader' }, async (processing) => {
    const { pipeline, ledger, loaded, stop } = processing;
    if (csv) context.terminal.result(columns.join(','));
    const requestsPerSecond = rate ?? loaded.config.sending.requestsPerSecond;
    const onDrift = (drift: Drift) => printDrift(context.terminal, drift, csv);
    const refreshed = await pipeline.refresh({ sample, accept, requestsPerSecond, onDrift }, stop);
    await ledger.appendEvent({
      at: new Date(),
      actor: actor(),
      action: 'refresh ended',
      detail: { accept, consumers: refreshed.consumers, cards: refreshed.cards, ...refreshed.drifts },
    });
    if (context.terminal.mode.json) context.terminal.resultJson({ kind: 'refresh', accept, ...refreshed });
    else if (!csv) context.terminal.result(summaryOf(refreshed, accept));
    return stop.aborted ? exitOfSignal(context.stoppedBy()) : exitOf(refreshed, accept);
  });
}

/** What was taken over differs no more. */
function exitOf({ drifts }: Refreshed, accept: boolean): ExitName {
  const { 'opted-out': optedOut, removed, ...others } = drifts;
  const left = Object.values(others).reduce((sum, cards) => sum + cards, accept ? 0 : optedOut + removed);
  return left > 0 ? 'differs' : 'allEnrolled';
}

async function printDrift(terminal: Terminal, drift: Drift, csv: boolean): Promise<void> {
  const { kind, externalConsumerId = '', externalCardId = '', found } = drift;
  if (terminal.mode.json)
    return terminal.stream(JSON.stringify({ ...drift, kind: 'drift', difference: kind }));
  return terminal.stream(
    csv
      ? csvLine([externalConsumerId, externalCardId, kind, found])
      : `  ~ ${externalConsumerId} ${externalCardId}  ${kind}: ${found}`,
  );
}

function summaryOf({ consumers, cards, drifts }: Refreshed, accept: boolean): string {
  const lines = (Object.keys(labels) as DriftKind[]).flatMap((kind) =>
    drifts[kind] === 0
      ? []
      : [
          sumLine(
            labels[kind],
            drifts[kind],
            accept && (kind === 'opted-out' || kind === 'removed') ? '  taken over' : '',
          ),
        ],
  );
  return [
    sumLine('consumers read', consumers),
    sumLine('cards compared', cards),
    ...(lines.length === 0 ? ['  no difference'] : lines),
  ].join('\n');
}

function requestRate(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected requests a second, above 0.');
}

/** `enrollkit refresh` as it is typed. */
export const refreshCommand: AnyCommand = defineCommand<RefreshCommandOptions>({
  declare: (command) =>
    command
      .option('--sample <number>', 'so many consumers, chosen at random', whole)
      .option('--all', 'every consumer of the register')
      .option('--rate <number>', 'requests a second (default: sending.requestsPerSecond)', requestRate)
      .option('--accept', 'take over what was removed there: who opted out has opted out')
      .option('--csv', 'one line for each difference'),
  examples: [
    { line: 'enrollkit refresh --sample 500', does: 'how far the register has drifted' },
    {
      line: 'enrollkit refresh --all --rate 2 --accept',
      does: 'everybody, slowly; who opted out is remembered',
    },
  ],
  run: (context, options) => refresh(context, options),
});
