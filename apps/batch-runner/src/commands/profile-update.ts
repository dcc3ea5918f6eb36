import { defineCommand, type AnyCommand } from '../command.ts';
import { updateOne } from '../process/change-one.ts';

/** `enrollkit profile update` as it is typed. */
export const profileUpdateCommand: AnyCommand = defineCommand({
  declare: (command) =>
    command.argument('<file>', 'CSV or NDJSON with one whole record; - is standard input'),
  examples: [
    {
      line: 'enrollkit profile update cardholder.ndjson',
      does: 'name, contact and locale are replaced by those of the record',
    },
  ],
  run: (context, _options, [file]) =>
    updateOne(context, file, { command: 'profile update', rules: { contact: 'apply', name: 'apply' } }),
});
