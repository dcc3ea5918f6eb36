import { describeProgramme } from '@enrollkit/enrollment';
import { LedgerBindingError, type Ledger } from '@enrollkit/ledger';
import type { Digests } from './digests.ts';

/** Whose ledger a run needs. */
export interface Bound {
  readonly ledger: Ledger;
  readonly environment: string;
  readonly programme: string;
}

/** Compares whose ledger it is, without the key. Throws `LedgerBindingError`. */
export async function assertBound({ ledger, environment, programme }: Bound): Promise<void> {
  await ledger.assertLineage();
  const bound = (await ledger.binding()) ?? { environment, programme };
  if (bound.environment === environment && bound.programme === programme) return;
  const message = `the ledger belongs to ${bound.environment}, programme ${describeProgramme(bound.programme)}; this run is for ${environment}, programme ${describeProgramme(programme)}`;
  throw new LedgerBindingError('ledger-bound-elsewhere', message);
}

/** Merges what has ended, and gives records of a ledger from before the register their keys. */
export async function completeRegister(ledger: Ledger, digests: () => Digests): Promise<void> {
  for (;;) {
    const batch = await ledger.nextUnregistered();
    if (batch === undefined) break;
    await ledger.registerBatch(batch.batchId, digests().keysOf(batch.records));
  }
  await ledger.mergeSettled();
}
