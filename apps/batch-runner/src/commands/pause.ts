import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { instruct } from '../instruction.ts';

/**
 * `enrollkit pause`: the runner stays, and no request of it leaves any more, neither a batch nor a question,
 * until `enrollkit resume`. Reading goes on, for it sends nothing; the deadline runs on.
 */
export async function pause(context: Context): Promise<ExitName> {
  await instruct(context, 'pause');
  return 'allEnrolled';
}

/** `enrollkit pause` as it is typed. */
export const pauseCommand: AnyCommand = defineCommand({
  examples: [{ line: 'enrollkit pause', does: 'until enrollkit resume' }],
  run: pause,
});
