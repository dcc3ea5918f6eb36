import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedgerView, theIntake } from '../assemble.ts';
import { environmentName } from '../config/provider-environment.ts';
import type { Context } from '../context.ts';
import { exitOfTally } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import { describeOwner } from '../instruction.ts';
import { count } from '../terminal/format.ts';

/** What an owner is doing that was instructed. */
const doing = { pause: 'paused; enrollkit resume lets it continue', stop: 'ending, as instructed' } as const;

/** `enrollkit status`: where each intake stands, one line each, and who works on them. May run beside a runner. */
export async function status(context: Context, options: { readonly intake?: string }): Promise<ExitName> {
  const loaded = context.config();
  const ledger = await openLedgerView(loaded);
  try {
    const intakes =
      options.intake === undefined ? await ledger.listIntakes() : [await theIntake(ledger, options.intake)];
    const owner = await ledger.owner();
    const lines = [];
    for (const intake of intakes) lines.push({ intake, tally: await ledger.tally(intake.id) });
    if (context.terminal.mode.json)
      context.terminal.resultJson(
        lines.map(({ intake, tally }) => ({
          id: intake.id,
          source: intake.source,
          state: intake.state,
          tally,
        })),
      );
    else if (lines.length === 0) context.terminal.result('no intake yet: enrollkit run FILE makes one');
    else {
      context.terminal.result(`environment ${environmentName(loaded.config)}`);
      for (const { intake, tally } of lines) {
        context.terminal.result(
          `${intake.id}  ${intake.state.padEnd(8)} ${count(tally.rows)} rows: ${count(tally.rejected)} rejected, ${count(tally.enrolled)} enrolled, ${count(tally.refused)} refused, ${count(tally.unknown)} unknown, ${count(tally.waiting)} waiting, ${count(tally.submitted)} submitted  ${intake.source}`,
        );
      }
    }
    if (owner !== undefined)
      context.terminal.note(
        `${describeOwner(owner)}, is ${owner.instruction === undefined ? 'at work' : doing[owner.instruction]}`,
      );
    const [first] = lines;
    return options.intake === undefined || first === undefined ? 'allEnrolled' : exitOfTally(first.tally);
  } finally {
    await ledger.close();
  }
}

/** `enrollkit status` as it is typed. */
export const statusCommand: AnyCommand = defineCommand<{ readonly intake?: string }>({
  declare: (command) =>
    command.option('--intake <id>', 'only this one; its exit code is the one report would give'),
  examples: [{ line: 'enrollkit status', does: 'a line for each intake' }],
  run: status,
});
