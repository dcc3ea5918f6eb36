import type { KeyDescription, PublicKey } from '@enrollkit/keys';
import { defineCommand, type AnyCommand } from '../command.ts';
import { chosenKey, providerKeySet, readSigningKey } from '../assemble.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Context } from '../context.ts';
import { described } from '../doctor/local-checks.ts';
import type { ExitName } from '../exit-codes.ts';
import { whenReplacedKeyMayGo } from '../key-retirement.ts';
import { ageOf } from '../key-set-state.ts';

/** One key as it is listed. */
interface Listed {
  readonly use: 'signing' | 'signing, replaced' | 'sealing' | 'sealing, not used';
  readonly key: { describe(): KeyDescription };
  readonly note?: string;
}

/** `enrollkit keys list`: the keys that sign and seal, nothing secret of them. */
export async function listKeys({ terminal, config }: Context): Promise<ExitName> {
  const loaded = config();
  for (const { use, key, note } of [...(await signing(loaded)), ...(await sealing(loaded))]) {
    if (terminal.mode.json)
      terminal.resultJson({ use, ...key.describe(), ...(note !== undefined && { note }) });
    else
      terminal.result(
        `${use.padEnd(18)} ${described(key)}${until(key.describe())}${note === undefined ? '' : `; ${note}`}`,
      );
  }
  return 'allEnrolled';
}

async function signing(loaded: LoadedConfig): Promise<readonly Listed[]> {
  const { config, folder } = loaded;
  const current: Listed = { use: 'signing', key: await readSigningKey(config.signing, folder) };
  const { previous } = config.signing;
  if (previous === undefined) return [current];
  const note = `replaced on ${previous.replacedAt.slice(0, 10)}, ${await whenReplacedKeyMayGo(loaded, new Date(previous.replacedAt))}`;
  return [current, { use: 'signing, replaced', key: await readSigningKey(previous, folder), note }];
}

async function sealing(loaded: LoadedConfig): Promise<readonly Listed[]> {
  const set = providerKeySet(loaded);
  const chosen = await chosenKey(loaded, set);
  const others: readonly PublicKey[] =
    (await set?.keys())?.filter((key) => key.publicKeySha256 !== chosen.publicKeySha256) ?? [];
  return [
    {
      use: 'sealing',
      key: chosen,
      note: `thumbprint ${chosen.thumbprint}, ${pinnedOrNot(loaded)}${set === undefined ? '' : `, ${ageOf(set.status)}`}`,
    },
    ...others.map((key): Listed => ({ use: 'sealing, not used', key, note: `thumbprint ${key.thumbprint}` })),
  ];
}

function pinnedOrNot({ config: { encryption } }: LoadedConfig): string {
  return encryption.pinnedKeys === undefined ? 'not pinned' : 'pinned';
}

function until({ notAfter }: KeyDescription): string {
  return notAfter === undefined ? '' : `, certificate until ${notAfter.slice(0, 10)}`;
}

/** `enrollkit keys list` as it is typed. */
export const keysListCommand: AnyCommand = defineCommand({
  examples: [{ line: 'enrollkit keys list', does: 'when each ends' }],
  run: listKeys,
});
