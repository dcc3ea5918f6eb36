import { createPublicKey, generateKeyPairSync, type webcrypto } from 'node:crypto';
import type { ClickToPayConfig } from '@enrollkit/client';
import { encryptionKey } from '@enrollkit/encryption';
import type { BatchDraft } from '@enrollkit/enrollment';
import { oauth1 } from '@enrollkit/signing';
import { testRecord } from '@enrollkit/testkit';
import { SeededRandom } from '@enrollkit/base';
import { onTestFinished } from 'vitest';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/index.ts';

const consumerKey = `${'c'.repeat(48)}!${'k'.repeat(48)}`;

/** The programme that the pacts name. */
export const programme = { srcClientId: '11111111-2222-3333-4444-555555555555', serviceId: 'SRC' };

const random = new SeededRandom(7);

/** A draft of that many records, each of its own consumer. */
export function draft(size = 2, externalBatchId = 'batch-1'): BatchDraft {
  return {
    externalBatchId,
    records: Array.from({ length: size }, (_, index) => testRecord(random, index + 1)),
  };
}

/** Forgets all batches of a simulator. */
export async function reset({ origin }: Simulator): Promise<void> {
  await fetch(`${origin}/__reset`, { method: 'POST' });
}

// Making a pair for each simulator would be most of a test's time.
const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const keys = {
  client: { consumerKey, key: pair() },
  encryptionKeys: [{ kid: 'test-fpan-encryption', privateKey: pair() }],
};

/** A running simulator of its own and what it takes to talk to it; ends with the test. */
export async function simulated(
  options: SimulatorOptions = {},
): Promise<{ readonly simulator: Simulator; readonly settings: ClickToPayConfig }> {
  const simulator = await startSimulator({ processingMs: 0, ...keys, ...options });
  onTestFinished(() => simulator.close());
  return { simulator, settings: settingsFor(simulator) };
}

/** What a client of that simulator needs. */
export function settingsFor({ url, keys, consumerKey, signingKey }: Simulator): ClickToPayConfig {
  if (!signingKey) throw new Error('the simulator made no key for its client');
  return {
    ...programme,
    serviceId: 'SECURE#NAME#01',
    baseUrl: url,
    authenticator: oauth1({ consumerKey, key: signingKey }),
    encryptionKey: async () => {
      const set = (await (await fetch(keys.url)).json()) as {
        readonly keys: readonly (webcrypto.JsonWebKey & { readonly kid: string })[];
      };
      const jwk = set.keys.find(({ kid }) => kid === keys.kid);
      if (!jwk) throw new Error('the key set does not have the current key');
      return encryptionKey(createPublicKey({ key: jwk, format: 'jwk' }), { kid: jwk.kid });
    },
  };
}
