import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeysDirectoryError } from '../errors.ts';
import { type Client, knownClient } from '../gateway/credentials.ts';
import { exportKeys, importKeys, type ProviderKey } from './provider-keys.ts';

/** Names of the files in a keys directory. */
export const keyFiles = {
  signingKey: 'signing-key.pem',
  consumerKey: 'consumer-key.txt',
  keySetUrl: 'key-set-url.txt',
  apiUrl: 'api-url.txt',
  providerKeys: 'provider-keys.json',
} as const;

/** What a client needs to talk to this simulator. */
export interface ClientAccess {
  readonly client: Client;
  readonly apiUrl: string;
  readonly keySetUrl: string;
}

/**
 * Writes the client's half into a directory: its private signing key (PKCS#8 PEM, mode 0600) when the
 * simulator made it, its consumer key, and the two addresses. Returns the paths.
 */
export function writeClientFiles(
  directory: string,
  { client, apiUrl, keySetUrl }: ClientAccess,
): Readonly<Record<'signingKey' | 'consumerKey' | 'keySetUrl' | 'apiUrl', string>> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const paths = {
    signingKey: join(directory, keyFiles.signingKey),
    consumerKey: join(directory, keyFiles.consumerKey),
    keySetUrl: join(directory, keyFiles.keySetUrl),
    apiUrl: join(directory, keyFiles.apiUrl),
  };
  if (client.privateKey !== undefined)
    writeFileSync(paths.signingKey, pem(client.privateKey), { mode: 0o600 });
  writeFileSync(paths.consumerKey, `${client.consumerKey}\n`, { mode: 0o600 });
  writeFileSync(paths.keySetUrl, `${keySetUrl}\n`);
  writeFileSync(paths.apiUrl, `${apiUrl}\n`);
  return paths;
}

/**
 * Keeps the provider's private keys (mode 0600), so that a later start accepts what was sealed for this one.
 */
export function writeProviderKeys(directory: string, keys: readonly ProviderKey[]): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, keyFiles.providerKeys), exportKeys(keys), { mode: 0o600 });
}

/**
 * What an earlier start left in the directory; parts that are not there are absent. Throws
 * `KeysDirectoryError`.
 */
export function readKeysDirectory(directory: string): {
  readonly client?: Client;
  readonly providerKeys?: readonly ProviderKey[];
} {
  const client = readPart(directory, keyFiles.signingKey, (text) =>
    knownClient(readFileSync(join(directory, keyFiles.consumerKey), 'utf8').trim(), createPrivateKey(text)),
  );
  const providerKeys = readPart(directory, keyFiles.providerKeys, importKeys);
  return { ...(client !== undefined && { client }), ...(providerKeys !== undefined && { providerKeys }) };
}

function readPart<T>(directory: string, name: string, parse: (text: string) => T): T | undefined {
  const path = join(directory, name);
  if (!existsSync(path)) return undefined;
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch {
    // The cause may quote key material.
    throw new KeysDirectoryError(path);
  }
}

function pem(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}
