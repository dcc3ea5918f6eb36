import { openLedgerView } from './assemble.ts';
import type { LoadedConfig } from './config/load.ts';
import { mayHaveLedger } from './config/ledger-address.ts';

/** When a replaced signing key may be removed at the provider: once the run that read it has ended. */
export async function whenReplacedKeyMayGo(loaded: LoadedConfig, replacedAt: Date): Promise<string> {
  const owner = await ownerOf(loaded);
  if (owner === undefined || owner.since > replacedAt)
    return "can be removed: no run signs with it any more; remove it at the provider's portal, then delete signing.previous";
  return `must stay until \`${owner.command}\`, process ${owner.pid} on ${owner.host}, has ended: it started before the switch and signs with it`;
}

async function ownerOf(loaded: LoadedConfig) {
  if (!mayHaveLedger(loaded)) return undefined;
  const view = await openLedgerView(loaded);
  try {
    return await view.owner();
  } finally {
    await view.close();
  }
}
