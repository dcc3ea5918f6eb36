/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that are secrets: refused as flags, never shown. */
export const secretPaths = [
  'provider.clientKeyPassword',
  'signing.consumerKey',
  'signing.keyPassword',
  'signing.previous.consumerKey',
  'signing.previous.keyPassword',
  'ledger.fingerprintKey',
  'ledger.password',
  'serve.oidc.clientSecret',
] as const;

/** The environment variable of a setting: `sending.batchSize` is `ENROLLKIT_SENDING_BATCH_SIZE`. */
export function environmentNameOf(path: string): string {
  return `ENROLLKIT_${path
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;
}

/**
 * A copy of the environment for `loadConfig`. The secrets are deleted from the process's own environment: no
 * child process and nothing that prints the environment has them.
 */
export function takeEnvironment(own: Record<string, string | undefined>): Environment {
  const taken = { ...own };
  for (const path of secretPaths) delete own[environmentNameOf(path)];
  return taken;
}
