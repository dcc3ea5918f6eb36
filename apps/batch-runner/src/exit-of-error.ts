import type { EnrollkitError } from '@enrollkit/base';
import type { KeyErrorCode } from '@enrollkit/keys';
import type { LedgerErrorCode } from '@enrollkit/ledger';
import type { RunnerErrorCode } from './errors.ts';
import type { ExitName } from './exit-codes.ts';

type KnownCode = RunnerErrorCode | LedgerErrorCode | KeyErrorCode;

/**
 * Errors that end a run which may have sent something, or that pass by themselves: what was acknowledged is in the
 * ledger, and a resume goes on. Every other error is found before the first request and exits as `usage`.
 */
const exitOfCode: { readonly [Code in KnownCode]?: ExitName } = {
  interrupted: 'interrupted',
  terminated: 'terminated',
  'output-lost': 'stopped',
  'set-unreachable': 'stopped',
  'ledger-disk-full': 'stopped',
  'ledger-unavailable': 'stopped',
  'ledger-busy': 'stopped',
  'ledger-corrupt': 'stopped',
  'ledger-gone': 'stopped',
  'ledger-lock-lost': 'stopped',
};

/** The exit that an error earns by its code. */
export function exitOfError({ code }: Pick<EnrollkitError, 'code'>): ExitName {
  const exits: Readonly<Record<string, ExitName | undefined>> = exitOfCode;
  return exits[code] ?? 'usage';
}
