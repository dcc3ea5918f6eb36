import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Programme } from '../families/shared/request-context.ts';
import { type ClientAccess, keyFiles } from './keys-directory.ts';

const mark =
  '# Written by enrollkit-simulator at every start, for this simulator. Remove this line to keep your changes.';

/** The name of the configuration file in a keys directory. */
export const configFile = 'enrollkit.yaml';

/** Used when any programme is accepted. */
const anyProgramme: Programme = {
  srcClientId: '11111111-2222-3333-4444-555555555555',
  serviceId: 'SIMULATED',
};

/**
 * Writes a configuration with which `enrollkit run` works against this simulator, unless a file without our
 * mark is there. Returns its path.
 */
export function writeClientConfig(
  directory: string,
  { apiUrl, keySetUrl }: Omit<ClientAccess, 'client'>,
  {
    programme = anyProgramme,
    directoryId = 'SIMULATED',
  }: { readonly programme?: Programme; readonly directoryId?: string },
): string {
  const path = join(directory, configFile);
  if (existsSync(path) && !readFileSync(path, 'utf8').startsWith(mark)) return path;
  const text = `${mark}

provider:
  baseUrl: ${apiUrl}
  family: click-to-pay   # or credential-directory
  srcClientId: ${programme.srcClientId}
  serviceId: "${programme.serviceId}"
  directoryId: ${directoryId}
  termsUri: https://provider.example/terms
  privacyUri: https://provider.example/privacy

signing:
  consumerKeyFile: ${keyFiles.consumerKey}
  keyFile: ${keyFiles.signingKey}

encryption:
  keySetUrl: ${keySetUrl}

sending:
  poll: { firstMs: 500, maxMs: 5000 }
`;
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
