import { defineCommand, type AnyCommand } from '../command.ts';
import { deleteOne } from '../process/change-one.ts';

/** `enrollkit profile delete` as it is typed. */
export const profileDeleteCommand: AnyCommand = defineCommand({
  declare: (command) => command.argument('<consumer>', 'externalConsumerId'),
  examples: [
    {
      line: 'enrollkit profile delete consumer-1',
      does: 'the profile with all its cards; no later file enrolls them, until enrollkit opt-in',
    },
  ],
  run: (context, _options, [externalConsumerId]) =>
    deleteOne(context, 'profile delete', { externalConsumerId }),
});
