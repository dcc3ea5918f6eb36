import type { ChangeRules } from '@enrollkit/enrollment';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { printOne } from '../terminal/one-result.ts';
import { keepReading, openIntake } from './earlier-reading.ts';
import type { Named } from './find-card.ts';
import { absolute, withInput } from './input.ts';
import { assertOneRecord } from './one-record.ts';
import { withProcessing } from './process-context.ts';
import { processIntake } from './process-intake.ts';

/** Nothing of a record is sent but what a command is for. */
const nothing = {
  enroll: 'report',
  contact: 'report',
  name: 'report',
  billingAddress: 'report',
  cardNumber: 'report',
  expiry: 'report',
} as const satisfies Partial<ChangeRules>;

/** Brings one record's difference to the provider: only of the kinds that `rules` applies. */
export async function updateOne(
  context: Context,
  file: string,
  { command, rules }: { readonly command: string; readonly rules: Partial<ChangeRules> },
): Promise<ExitName> {
  return withInput(context, absolute(file), async (input) => {
    await assertOneRecord(
      input,
      context.config(),
      'enrollkit run FILE applies what changes: allows, for all of them',
    );
    const changes = { ...nothing, ...rules };
    return withProcessing(context, { command, as: 'loader', changes }, async (processing) => {
      const intake = await openIntake(processing, input, () => processing.pipeline.open(input));
      await keepReading(processing, intake);
      return processIntake(context, processing, { intake, input, print: printOne });
    });
  });
}

/** Deletes one consumer's card or, with the last card, their profile; no later file enrolls it again. */
export async function deleteOne(
  context: Context,
  command: string,
  { externalConsumerId, externalCardId }: Named,
): Promise<ExitName> {
  return withProcessing(context, { command, as: 'loader' }, async (processing) => {
    const row =
      externalCardId === undefined ? { externalConsumerId } : { externalConsumerId, externalCardId };
    const intake = await processing.pipeline.optOut({ source: command, rows: [row] });
    return processIntake(context, processing, { intake, print: printOne });
  });
}
