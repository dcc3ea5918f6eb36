import { LedgerStorageError, type LedgerFinding } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedgerView } from '../assemble.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';

/**
 * `enrollkit ledger verify`: whether the ledger is sound and everything in it adds up; beside a runner or
 * not, changes nothing.
 */
export async function verify({ terminal, config }: Context): Promise<ExitName> {
  const findings = await findingsOf(config);
  for (const finding of findings) {
    const { what, place, expected, found } = finding;
    if (terminal.mode.json) terminal.resultJson(finding);
    else
      terminal.result(
        `${place}: does not hold: ${what}${expected === undefined ? '' : ` (expected ${expected}, found ${found ?? 'nothing'})`}`,
      );
  }
  if (findings.length === 0) {
    terminal.note('the ledger is sound, and everything in it adds up');
    return 'allEnrolled';
  }
  terminal.warn(
    'the ledger is damaged, or somebody changed it',
    'run nothing on it; keep it as it is, and report this',
  );
  return 'differs';
}

/** Damage may be so that nothing can be read any more: that is a finding too. */
async function findingsOf(config: Context['config']): Promise<readonly LedgerFinding[]> {
  try {
    const ledger = await openLedgerView(config());
    try {
      return await ledger.verify();
    } finally {
      await ledger.close();
    }
  } catch (error) {
    if (error instanceof LedgerStorageError && error.code === 'ledger-corrupt')
      return [{ what: error.message, place: error.where }];
    throw error;
  }
}

/** `enrollkit ledger verify` as it is typed. */
export const ledgerVerifyCommand: AnyCommand = defineCommand({
  examples: [{ line: 'enrollkit ledger verify', does: 'exit 7 when it does not add up' }],
  run: verify,
});
