import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LoadedConfig } from './load.ts';
import type { LedgerSettings } from './ledger-settings.ts';
import { readSecretFile } from './secrets.ts';

/**
 * Where the ledger is: a database's address, with its password, or the path of a file. Never to be shown.
 * Throws `RunnerError`.
 */
export function ledgerAddress({ config: { ledger }, folder }: LedgerSettings): string {
  if (ledger.url === undefined) return resolve(folder, ledger.file);
  const password =
    ledger.password ??
    (ledger.passwordFile === undefined
      ? undefined
      : readSecretFile(resolve(folder, ledger.passwordFile), 'ledger.passwordFile'));
  const url = new URL(ledger.url);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.href;
}

/** The same for people: no password, and the file as it was named. */
export function ledgerName({ config: { ledger } }: Pick<LedgerSettings, 'config'>): string {
  return ledger.url === undefined ? ledger.file : ledger.url.replace(/\?.*$/, '');
}

/** Whether there may be a ledger: a database's is known only when it is opened. */
export function mayHaveLedger({ config: { ledger }, folder }: LedgerSettings): boolean {
  return ledger.url !== undefined || existsSync(resolve(folder, ledger.file));
}

/** The folder of the high-water mark; undefined where neither the configuration nor the system has one. */
export function stateFolderOf({ config, folder, defaultStateFolder }: LoadedConfig): string | undefined {
  const { stateFolder } = config.ledger;
  return stateFolder === undefined ? defaultStateFolder : resolve(folder, stateFolder);
}
