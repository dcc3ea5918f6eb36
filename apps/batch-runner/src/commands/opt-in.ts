import { existsSync } from 'node:fs';
import { KEY_BYTES } from '@enrollkit/ledger';
import type { Digests, OptOut } from '@enrollkit/pipeline';
import { digestsWith, openFingerprintKey, openLedger } from '../assemble.ts';
import { actor } from '../audit.ts';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { readIds } from '../ids-file.ts';
import { count, plural } from '../terminal/format.ts';

/** Why they may be enrolled again. */
export interface OptInOptions {
  readonly reason: string;
}

/**
 * `enrollkit opt-in FILE|CONSUMER --reason TEXT`: records a new consent of those who opted out. Who recorded
 * it, when, why and for whom goes into the audit trail; the next file that has them enrolls them.
 */
export async function optIn(context: Context, whom: string, { reason }: OptInOptions): Promise<ExitName> {
  if (reason.trim() === '')
    throw new RunnerError('usage', 'A new consent needs its reason; nothing was changed', {
      hint: 'enrollkit opt-in CONSUMER --reason "signed form of 12 May"',
    });
  const rows = existsSync(whom) ? await readIds(whom) : [{ externalConsumerId: whom }];
  const loaded = context.config();
  const digests = digestsWith(loaded, openFingerprintKey(loaded));
  const ledger = await openLedger(loaded);
  try {
    const lock = await ledger.lock('opt-in', { as: 'operator' });
    try {
      await ledger.bind(digests.binding);
      let found = 0;
      for (const row of rows) {
        const key = keyOf(row, digests);
        if ((await ledger.optIn(key)) === 0) continue;
        found += 1;
        // The key says whom, to whoever has the id.
        await ledger.appendEvent({
          at: new Date(),
          actor: actor(),
          action: 'opt-in',
          detail: { key: key.toString('hex'), reason },
        });
      }
      context.terminal.note(
        `${count(found)} of ${count(rows.length)} ${plural(rows.length, 'row')} had opted out; the next file that has them enrolls them`,
      );
      return 'allEnrolled';
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

function keyOf({ externalConsumerId, externalCardId }: OptOut, digests: Digests): Buffer {
  if (externalCardId !== undefined) return digests.keysOf([{ externalConsumerId, externalCardId }]);
  return Buffer.concat([digests.consumerKey(externalConsumerId)], KEY_BYTES);
}

/** `enrollkit opt-in` as it is typed. */
export const optInCommand: AnyCommand = defineCommand<OptInOptions>({
  declare: (command) =>
    command
      .argument('<file-or-consumer>')
      .requiredOption('--reason <text>', 'why they may be enrolled again; it goes into the audit trail'),
  examples: [
    {
      line: 'enrollkit opt-in consumer-17 --reason "signed form of 12 May"',
      does: 'the next file that has them enrolls them',
    },
  ],
  run: (context, options, [whom]) => optIn(context, whom, options),
});
