/** What the files are called that the configuration does not name; relative to the config file. */
export const defaultFiles = {
  ledger: 'enrollkit.ledger.db',
  fingerprintKey: 'enrollkit.fingerprint.key',
  keyCache: 'enrollkit.keys.json',
  accounts: 'enrollkit.accounts.json',
} as const;
