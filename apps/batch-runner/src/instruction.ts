import type { Instruction, LockOwner } from '@enrollkit/ledger';
import { openLedger } from './assemble.ts';
import { actor } from './audit.ts';
import type { Context } from './context.ts';
import { RunnerError } from './errors.ts';

/** The commands that tell a runner something, and what each tells it and the person. */
const instructions = {
  pause: {
    instruction: 'pause',
    says: 'finishes what is in flight and sends nothing more until enrollkit resume',
  },
  resume: { instruction: 'go-on', says: 'was paused and goes on' },
  stop: { instruction: 'stop', says: 'finishes what is in flight and ends' },
} as const satisfies Readonly<Record<string, { readonly instruction: Instruction; readonly says: string }>>;

/** A runner as a person is told of it. */
export function describeOwner({ command, pid, host, since }: LockOwner): string {
  return `\`${command}\`, process ${pid} on ${host}, since ${since.toISOString()}`;
}

/**
 * Tells whoever holds the ledger, through the ledger: it may be another process or another host. Keeps it in the audit
 * trail and answers whom it told. Throws `RunnerError` `NOBODY_RUNS`.
 */
export async function instruct(context: Context, command: keyof typeof instructions): Promise<LockOwner> {
  const { instruction, says } = instructions[command];
  const ledger = await openLedger(context.config());
  try {
    const holder = await ledger.instruct(instruction);
    if (holder === undefined)
      throw new RunnerError('NOBODY_RUNS', `There is no runner to ${command}`, {
        hint: 'enrollkit status shows where each intake stands, enrollkit resume goes on with one',
      });
    if (holder.instruction === 'stop' && command !== 'stop')
      throw new RunnerError('NOBODY_RUNS', `${describeOwner(holder)}, is ending: it was told to stop`, {
        hint: 'wait for it, then enrollkit resume',
      });
    const { pid, host } = holder;
    await ledger.appendEvent({
      at: new Date(),
      actor: actor(),
      action: command,
      detail: { told: holder.command, pid, host },
    });
    context.terminal.note(`${describeOwner(holder)}, ${says}`);
    return holder;
  } finally {
    await ledger.close();
  }
}
