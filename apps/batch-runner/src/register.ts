import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { describeProgramme } from '@enrollkit/enrollment';
import { LedgerBindingError, LedgerStorageError, type Intake, type LedgerView } from '@enrollkit/ledger';
import type { Digests } from '@enrollkit/pipeline';
import { digestsWith, openFingerprintKey, openLedgerView } from './assemble.ts';
import { mayHaveLedger } from './config/ledger-address.ts';
import type { LoadedConfig } from './config/load.ts';

/** The register as a command reads it, beside a runner or not; one that does not exist yet knows nobody. */
export interface OpenRegister {
  readonly ledger: Pick<
    LedgerView,
    | 'lookUp'
    | 'registerEpoch'
    | 'history'
    | 'listIntakes'
    | 'enrolledKeys'
    | 'enrolledSize'
    | 'enrolledCards'
    | 'addressOf'
    | 'twins'
  >;
  readonly digests: Digests;
}

/**
 * Opens the register for reading while `work` runs; creates and writes nothing. Throws `LedgerBindingError`
 * when the ledger belongs to another environment or programme.
 */
export async function withRegister<T>(
  loaded: LoadedConfig,
  work: (register: OpenRegister) => Promise<T>,
): Promise<T> {
  const digests = digestsWith(loaded, keyFor(loaded));
  const view = await existingLedger(loaded);
  if (view === undefined) return work({ ledger: emptyRegister, digests });
  try {
    await assertBound(view, digests);
    return await work({ ledger: view, digests });
  } finally {
    await view.close();
  }
}

/**
 * The configured key; before the first run has created it, a key of this process alone, which recognises
 * nobody.
 */
function keyFor(loaded: LoadedConfig): Uint8Array {
  const { fingerprintKey, fingerprintKeyFile } = loaded.config.ledger;
  const isThere = fingerprintKey !== undefined || existsSync(resolve(loaded.folder, fingerprintKeyFile));
  return isThere || mayHaveLedger(loaded) ? openFingerprintKey(loaded) : randomBytes(32);
}

async function existingLedger(loaded: LoadedConfig): Promise<LedgerView | undefined> {
  if (!mayHaveLedger(loaded)) return undefined;
  try {
    return await openLedgerView(loaded);
  } catch (error) {
    if (error instanceof LedgerStorageError && error.code === 'ledger-not-found') return undefined;
    throw error;
  }
}

async function assertBound(view: LedgerView, { binding }: Digests): Promise<void> {
  const bound = await view.binding();
  if (bound === undefined) return;
  if (bound.environment === binding.environment && bound.programme === binding.programme) return;
  throw new LedgerBindingError(
    'ledger-bound-elsewhere',
    `the ledger belongs to ${bound.environment}, programme ${describeProgramme(bound.programme)}; this command is for ${binding.environment}, programme ${describeProgramme(binding.programme)}`,
  );
}

const emptyRegister: OpenRegister['ledger'] = {
  lookUp: () => Promise.resolve({ epoch: 0, hits: [], unchanged: [], unchangedBy: {} }),
  registerEpoch: () => Promise.resolve(0),
  async *enrolledKeys() {},
  enrolledSize: () => Promise.resolve(0),
  enrolledCards: () => Promise.resolve([]),
  addressOf: () => Promise.resolve(undefined),
  listIntakes: () => Promise.resolve<readonly Intake[]>([]),
  async *history() {},
  async *twins() {},
};
