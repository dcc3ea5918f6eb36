import { defineCommand, type AnyCommand } from '../command.ts';
import { updateOne } from '../process/change-one.ts';

/** `enrollkit card update` as it is typed. */
export const cardUpdateCommand: AnyCommand = defineCommand({
  declare: (command) =>
    command.argument('<file>', 'CSV or NDJSON with one whole record; - is standard input'),
  examples: [
    {
      line: 'enrollkit card update cardholder.ndjson',
      does: 'the billing address is replaced by that of the record',
    },
  ],
  run: (context, _options, [file]) =>
    updateOne(context, file, { command: 'card update', rules: { billingAddress: 'apply' } }),
});
