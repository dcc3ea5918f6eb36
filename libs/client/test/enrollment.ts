import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { decryptionKey, encryptionKey } from '@enrollkit/encryption';
import type { BatchDraft } from '@enrollkit/enrollment';
import { oauth1 } from '@enrollkit/signing';
import { SeededRandom } from '@enrollkit/base';
import { testRecord } from '@enrollkit/testkit';
import { onTestFinished } from 'vitest';
import {
  clickToPayProvider,
  createClickToPayClient,
  createCredentialDirectoryClient,
  credentialDirectoryProvider,
  type ClickToPayConfig,
} from '../src/index.ts';

const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
const sealing = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const consumerKey = `${'c'.repeat(48)}!${'k'.repeat(48)}`;
export const srcClientId = '11111111-2222-3333-4444-555555555555';
export const srcCorrelationId = '0d6f7e2c-8f1b-4b57-9d7e-1a2b3c4d5e6f';
export const serviceId = 'SECURE#NAME#01';
/** The provider's half of the keys, to look at what we sent. */
export const opening = decryptionKey(sealing.privateKey);
export const signatureKey = signing.publicKey;

const authenticator = oauth1({ consumerKey, key: signing.privateKey });
const sealingKey = encryptionKey(sealing.publicKey);

export function config(baseUrl: string, more: Partial<ClickToPayConfig> = {}): ClickToPayConfig {
  return {
    baseUrl,
    srcClientId,
    serviceId,
    authenticator,
    encryptionKey: () => Promise.resolve(sealingKey),
    newCorrelationId: () => srcCorrelationId,
    ...more,
  };
}

/** A provider with real keys; closed with the test. */
export function provider(baseUrl: string, more: Partial<ClickToPayConfig> = {}) {
  const made = clickToPayProvider(config(baseUrl, more));
  onTestFinished(() => made.close());
  return made;
}

/** A client with real keys; closed with the test. */
export function client(baseUrl: string, more: Partial<ClickToPayConfig> = {}) {
  const made = createClickToPayClient(config(baseUrl, more));
  onTestFinished(() => made.close());
  return made;
}

export const directoryId = 'DIR/1';

/** Provider and client of the Credential Directory, with real keys; closed with the test. */
export function directory(baseUrl: string) {
  const { authenticator, encryptionKey, newCorrelationId } = config(baseUrl);
  const settings = {
    baseUrl,
    authenticator,
    encryptionKey,
    directoryId,
    newCorrelationId: newCorrelationId ?? randomUUID,
  };
  const made = {
    provider: credentialDirectoryProvider(settings),
    client: createCredentialDirectoryClient(settings),
  };
  onTestFinished(async () => void (await Promise.all([made.provider.close(), made.client.close()])));
  return made;
}

const random = new SeededRandom(7);

/** A draft of that many records, each of its own consumer. */
export function draft(size = 2, externalBatchId = 'batch-1'): BatchDraft {
  return {
    externalBatchId,
    records: Array.from({ length: size }, (_, index) => testRecord(random, index + 1)),
  };
}
