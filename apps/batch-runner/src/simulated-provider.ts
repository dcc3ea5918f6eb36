import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Family, ProviderProgramme } from '@enrollkit/enrollment';
import { keySet } from '@enrollkit/keys';
import { startSimulator, type Simulator } from '@enrollkit/provider-simulator';
import { loadConfig } from './config/load.ts';
import { configTemplate } from './config/template.ts';

const PROCESSING_MS = 500;

/** Which programme is enrolled for, with each family. */
const programmes: { readonly [F in Family]: ProviderProgramme } = {
  'click-to-pay': {
    family: 'click-to-pay',
    srcClientId: '11111111-2222-3333-4444-555555555555',
    serviceId: 'DEMO#BANK#01',
  },
  'credential-directory': { family: 'credential-directory', directoryId: 'demo-directory' },
};

/** The configuration in a folder of a simulated provider. */
export function configIn(folder: string): string {
  return join(folder, 'enrollkit.yaml');
}

/**
 * Starts a provider that keeps its keys and its world in the folder, at the port of the folder's
 * configuration.
 */
export function startSimulated(folder: string): Promise<Simulator> {
  return startSimulator({
    port: portOf(configIn(folder)),
    keysDirectory: folder,
    worldFile: join(folder, 'provider-world.ndjson'),
    processingMs: PROCESSING_MS,
    onDuplicate: 'idempotent',
  });
}

/**
 * The template every user gets, with the simulator's addresses, and faster than one would be with a real
 * provider.
 */
export async function simulatedConfig(
  simulator: Simulator,
  { folder, family }: { readonly folder: string; readonly family: Family },
): Promise<string> {
  const text = configTemplate({
    baseUrl: simulator.url,
    keySetUrl: simulator.keys.url,
    programme: programmes[family],
    keyFile: 'signing-key.pem',
  });
  const consumerKey = readFileSync(join(folder, 'consumer-key.txt'), 'utf8').trim();
  const { thumbprint } = await keySet({ url: simulator.keys.url }).key(simulator.keys.kid);
  return `${text
    .replace('signing:\n', `signing:\n  consumerKey: ${consumerKey}\n`)
    .replace(
      'encryption:\n',
      `encryption:\n  pinnedKeys: ["${thumbprint}"]   # what enrollkit keys adopt writes\n`,
    )}
sending:
  requestsPerSecond: 25
  onUnknown: resend        # the simulator dedupes externalBatchId
  poll: { firstMs: 700, maxMs: 5000 }
output:
  logFile: enrollkit.log
`;
}

/**
 * The port that the folder's configuration names: another address would be another environment. Zero takes a
 * free one.
 */
function portOf(config: string): number {
  if (!existsSync(config)) return 0;
  const { baseUrl } = loadConfig({ file: config, environment: {}, flags: [] }).config.provider;
  return Number(new URL(baseUrl).port);
}
