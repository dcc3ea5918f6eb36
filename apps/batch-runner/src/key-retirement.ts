import { openLedgerView } from './assemble.ts';
import type { LoadedConfig } from './config/load.ts';
import { mayHaveLedger } from './config/ledger-address.ts';

/** When a signing key that was replaced may be removed at the provider: not before the run that read it has ended. */
export async function whenReplacedKeyMayGo(loaded: LoadedConfig, replacedAt: Date): Promise<string> {
  const holder = await holderOf(loaded);
  if (holder === undefined || holder.since > replacedAt)
    return "may go: no run signs with it any more; remove it at the provider's portal, then delete signing.previous";
  return `must stay until \`${holder.command}\`, process ${holder.pid} on ${holder.host}, has ended: it began before the switch and signs with it`;
}

async function holderOf(loaded: LoadedConfig) {
  if (!mayHaveLedger(loaded)) return undefined;
  const view = await openLedgerView(loaded);
  try {
    return await view.owner();
  } finally {
    await view.close();
  }
}
