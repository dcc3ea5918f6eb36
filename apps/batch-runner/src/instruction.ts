import type { AuditEvent, Instruction, LockOwner } from '@enrollkit/ledger';
import { openLedger } from './assemble.ts';
import { actor } from './audit.ts';
import type { LoadedConfig } from './config/load.ts';
import type { Context } from './context.ts';
import { RunnerError } from './errors.ts';
import { describeOwner } from './terminal/owner-text.ts';

/** The commands that instruct a runner: what each asks of it, and what the operator reads. */
const instructions = {
  pause: {
    instruction: 'pause',
    effect: 'finishes what is in flight and sends nothing more until enrollkit resume',
  },
  resume: { instruction: 'go-on', effect: 'was paused and continues' },
  stop: { instruction: 'stop', effect: 'finishes what is in flight and ends' },
} as const satisfies Readonly<Record<string, { readonly instruction: Instruction; readonly effect: string }>>;

/** A command that instructs a runner. */
export type InstructionCommand = keyof typeof instructions;

/** Who instructs, for the audit trail, and what else is kept there. */
export interface Instructing {
  readonly actor: string;
  readonly detail?: AuditEvent['detail'];
}

/**
 * Instructs the owner of the ledger's lock through the ledger, since it may be another process or on another
 * host, and records that in the audit trail. Returns the owner. Throws `RunnerError` `no-runner`.
 */
export async function instructOwner(
  loaded: LoadedConfig,
  command: InstructionCommand,
  { actor: who, detail }: Instructing,
): Promise<LockOwner> {
  const ledger = await openLedger(loaded);
  try {
    const owner = await ledger.instruct(instructions[command].instruction);
    if (owner === undefined)
      throw new RunnerError('no-runner', `There is no runner to ${command}`, {
        hint: 'enrollkit status shows where each intake stands, enrollkit resume continues one',
      });
    if (owner.instruction === 'stop' && command !== 'stop')
      throw new RunnerError('no-runner', `${describeOwner(owner)}, is ending: it was instructed to stop`, {
        hint: 'wait until it has ended, then enrollkit resume',
      });
    const { pid, host } = owner;
    await ledger.appendEvent({
      at: new Date(),
      actor: who,
      action: command,
      detail: { ...detail, instructed: owner.command, pid, host },
    });
    return owner;
  } finally {
    await ledger.close();
  }
}

/** The same for a command, which says what the owner does now. */
export async function instruct(context: Context, command: InstructionCommand): Promise<LockOwner> {
  const owner = await instructOwner(context.config(), command, { actor: actor() });
  context.terminal.note(`${describeOwner(owner)}, ${instructions[command].effect}`);
  return owner;
}
