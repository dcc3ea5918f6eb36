import { defineCommand, type AnyCommand } from '../command.ts';
import { deleteOne } from '../process/change-one.ts';

/** `enrollkit card delete` as it is typed. */
export const cardDeleteCommand: AnyCommand = defineCommand({
  declare: (command) =>
    command.argument('<consumer>', 'externalConsumerId').argument('<card>', 'externalCardId'),
  examples: [
    {
      line: 'enrollkit card delete consumer-1 card-1',
      does: 'the card and, with the last one, the profile; no later file enrolls it, until enrollkit opt-in',
    },
  ],
  run: (context, _options, [externalConsumerId, externalCardId = '']) =>
    deleteOne(context, 'card delete', { externalConsumerId, externalCardId }),
});
