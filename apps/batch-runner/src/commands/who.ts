import type { HistoryEntry } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { withRegister } from '../register.ts';

/**
 * `enrollkit who CONSUMER [CARD]`: what the ledger knows of one cardholder, over all intakes, oldest first.
 * Works beside a runner.
 */
export async function who(
  { terminal, config }: Context,
  externalConsumerId: string,
  externalCardId?: string,
): Promise<ExitName> {
  return withRegister(config(), async ({ ledger, digests }) => {
    let found = 0;
    const of = {
      externalConsumerId,
      consumerKey: digests.consumerKey(externalConsumerId),
      ...(externalCardId !== undefined && { externalCardId }),
    };
    for await (const entry of ledger.history(of)) {
      found += 1;
      await terminal.stream(terminal.mode.json ? JSON.stringify(entry) : entryLine(entry));
    }
    if (found === 0) terminal.note(`nothing is known of ${externalConsumerId}`);
    return 'allEnrolled' as const;
  });
}

function entryLine({
  at,
  what,
  externalCardId,
  row,
  source,
  intakeId,
  code,
  externalBatchId,
}: HistoryEntry): string {
  return [
    at?.toISOString() ?? '-'.padEnd(24),
    what.padEnd(14),
    externalCardId ?? '',
    row === undefined ? '' : `row ${row}`,
    source === undefined ? '' : `of ${source}`,
    intakeId === undefined ? '' : `intake ${intakeId.slice(0, 12)}`,
    externalBatchId === undefined ? '' : `batch ${externalBatchId}`,
    code ?? '',
  ]
    .filter((part) => part !== '')
    .join('  ');
}

/** `enrollkit who` as it is typed. */
export const whoCommand: AnyCommand = defineCommand({
  declare: (command) => command.argument('<consumer>').argument('[card]'),
  examples: [
    { line: 'enrollkit who CUSTOMER-1', does: 'every card of the cardholder' },
    { line: 'enrollkit who CUSTOMER-1 CARD-1', does: 'one of them' },
  ],
  run: (context, _options, [consumer, card]) => who(context, consumer, card),
});
