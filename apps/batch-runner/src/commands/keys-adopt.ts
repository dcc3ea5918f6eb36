import { readFileSync } from 'node:fs';
import { unusableBecause, type PublicKey } from '@enrollkit/keys';
import { defineCommand, type AnyCommand } from '../command.ts';
import { chosenKey, openLedger, providerKeySet } from '../assemble.ts';
import { actor } from '../audit.ts';
import { mayHaveLedger } from '../config/ledger-address.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import { changedSection, replaceFile } from '../config/rewrite.ts';
import { environmentNameOf } from '../config/environment-variables.ts';
import type { Context } from '../context.ts';
import { described } from '../doctor/local-checks.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';

const SETTING = 'encryption.pinnedKeys';

/**
 * `enrollkit keys adopt`: pins a key of the provider's set, by its thumbprint. Whoever calls it says by that
 * to have compared the thumbprint with one that the provider gave by another way. Keys that are pinned
 * already stay.
 */
export async function adoptKey(context: Context, thumbprint: string): Promise<ExitName> {
  const loaded = context.config();
  refuseOutside(context);
  const key = await keyWith(thumbprint, loaded);
  const pinned = loaded.config.encryption.pinnedKeys ?? [];
  if (pinned.includes(thumbprint)) {
    context.terminal.result(`pinned already: ${described(key)}`);
    return 'allEnrolled';
  }
  const pinnedKeys = [...pinned, thumbprint];
  const text = changedSection(readFileSync(loaded.file, 'utf8'), 'encryption', { pinnedKeys });
  await replaceFile(loaded.file, text, async (candidate) => {
    const changed = loadConfig({ file: candidate, environment: process.env, flags: context.flags.set });
    await chosenKey(changed, providerKeySet(changed));
  });
  await note(loaded, key);
  context.terminal.result(`card data may be sealed to this key from now on: ${described(key)}`);
  if (pinned.length > 0)
    context.terminal.note(
      `${pinnedKeys.length} keys are pinned; remove the old one from ${SETTING} once the provider has withdrawn it`,
    );
  return 'allEnrolled';
}

/** The key of the set that has the thumbprint. Throws `RunnerError` when there is none that could be used. */
async function keyWith(thumbprint: string, loaded: LoadedConfig): Promise<PublicKey> {
  const set = providerKeySet(loaded);
  if (set === undefined)
    throw new RunnerError(
      'usage',
      'There is no key set to adopt a key from: encryption.keyFile is configured',
      {
        hint: `write the thumbprint into ${SETTING} by hand, if the key in the file is to be pinned`,
      },
    );
  await set.refresh();
  const keys = await set.keys();
  const found = keys.find((key) => key.thumbprint === thumbprint);
  if (found === undefined)
    throw new RunnerError(
      'usage',
      `No key of ${set.status.where} has the thumbprint ${thumbprint}; it has ${keys.map((key) => key.thumbprint).join(', ')}`,
      { hint: 'if the provider gave you that thumbprint, somebody else may be answering: do not go on' },
    );
  const reason = unusableBecause(found);
  if (reason !== undefined)
    throw new RunnerError(
      'usage',
      `The key with the thumbprint ${thumbprint} cannot be sealed to: it is ${reason}`,
      {
        hint: 'ask the provider for the thumbprint of its key for card data',
      },
    );
  return found;
}

/** A setting outside the file overrides the file, so a change of the file would change nothing. */
function refuseOutside({ flags }: Context): void {
  const variable = environmentNameOf(SETTING);
  const flag = flags.set.find((one) => one.split('=')[0] === SETTING);
  if (process.env[variable] === undefined && flag === undefined) return;
  throw new RunnerError(
    'usage',
    `${flag === undefined ? variable : `--set ${SETTING}`} overrides what keys adopt writes; nothing was changed`,
    { hint: `move the setting into the config file, or add the thumbprint there` },
  );
}

/** In the audit trail, where there is a ledger already. */
async function note(loaded: LoadedConfig, key: PublicKey): Promise<void> {
  if (!mayHaveLedger(loaded)) return;
  const ledger = await openLedger(loaded);
  try {
    await ledger.appendEvent({
      at: new Date(),
      actor: actor(),
      action: 'keys adopt',
      detail: { kid: key.kid ?? 'none', thumbprint: key.thumbprint, publicKey: key.publicKeySha256 },
    });
  } finally {
    await ledger.close();
  }
}

/** `enrollkit keys adopt` as it is typed. */
export const keysAdoptCommand: AnyCommand = defineCommand({
  declare: (command) => command.argument('<thumbprint>'),
  examples: [
    { line: 'enrollkit keys adopt THUMBPRINT', does: 'enrollkit doctor shows the thumbprint to compare' },
  ],
  run: (context, _options, [thumbprint]) => adoptKey(context, thumbprint),
});
