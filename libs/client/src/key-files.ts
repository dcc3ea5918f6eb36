import { readFile } from 'node:fs/promises';
import { defined } from '@enrollkit/base';
import { encryptionKey, type EncryptionKey } from '@enrollkit/encryption';
import { keySet, readPrivateKey, readPublicKey, type KeyRule, type KeySetOptions } from '@enrollkit/keys';
import { oauth1 } from '@enrollkit/signing';
import { fetch as undiciFetch } from 'undici';
import { ConfigError } from './errors.ts';
import {
  createClickToPayClient,
  type ClickToPayClient,
  type ClickToPayClientConfig,
} from './families/click-to-pay/client.ts';
import {
  createCredentialDirectoryClient,
  type CredentialDirectoryClient,
  type CredentialDirectoryClientConfig,
} from './families/credential-directory/client.ts';
import type { ConnectionConfig } from './transport/connection-config.ts';
import { openPool, type Pool } from './transport/dispatcher.ts';
import { defaultLimits, type TransportOptions } from './transport/options.ts';

/** A signing key in a file: PKCS#12, PEM or JWK. */
export interface SigningKeyFile {
  readonly file: string;
  /** The first line of this file is the password. */
  readonly passwordFile?: string | undefined;
  /** Which key of a PKCS#12 that holds several. */
  readonly alias?: string | undefined;
}

/** Where keys and credentials are read from. */
export interface KeyFiles {
  readonly signingKey: SigningKeyFile;
  /** The consumer key itself, or a file whose first line it is. */
  readonly consumerKey?: string | undefined;
  readonly consumerKeyFile?: string | undefined;
  /**
   * The provider's published keys: the newest for card numbers is used, and looked up anew when the provider
   * refuses one. Fetched through the same proxy and with the same trust as the API.
   */
  readonly keySetUrl?: string | undefined;
  /** Which keys of the set may be used, and where the last good set is kept. */
  readonly keySet?: Pick<KeySetOptions, 'pins' | 'cacheFile' | 'timeoutMs'> & Pick<KeyRule, 'environment'>;
  /** One key of the provider in a file, in place of `keySetUrl`. */
  readonly encryptionKeyFile?: string | undefined;
}

type FromFiles<Config extends ConnectionConfig> = Omit<Config, 'authenticator' | 'encryptionKey'> & KeyFiles;

/** What opens a client of the enrollment API from files. */
export type ClickToPayFiles = FromFiles<ClickToPayClientConfig>;

/** What opens a client of the Credential Directory API from files. */
export type CredentialDirectoryFiles = FromFiles<CredentialDirectoryClientConfig>;

/**
 * Opens a client of the enrollment API with keys out of files: OAuth 1.0a, and the provider's key set. Throws
 * `KeyError`, `SigningError`, `ConfigError`.
 *
 * @example
 * const client = await openClickToPayClient({
 *   baseUrl, srcClientId, serviceId, consumerKeyFile: 'consumer-key.txt',
 *   signingKey: { file: 'signing.p12', passwordFile: 'signing.password', alias: 'keyalias' },
 *   keySetUrl: 'https://sandbox.src.mastercard.com/keys/mcs/fpanEncryption',
 * });
 */
export async function openClickToPayClient(files: ClickToPayFiles): Promise<ClickToPayClient> {
  const opened = await openKeys(files);
  return closing(createClickToPayClient({ ...files, ...opened.keys }), opened);
}

/** As `openClickToPayClient`, for the Credential Directory API. */
export async function openCredentialDirectoryClient(
  files: CredentialDirectoryFiles,
): Promise<CredentialDirectoryClient> {
  const opened = await openKeys(files);
  return closing(createCredentialDirectoryClient({ ...files, ...opened.keys }), opened);
}

interface OpenedKeys {
  readonly keys: Pick<ConnectionConfig, 'authenticator' | 'encryptionKey'>;
  readonly close: () => Promise<void>;
}

function closing<Client extends { close(): Promise<void> }>(client: Client, opened: OpenedKeys): Client {
  return { ...client, close: async () => void (await Promise.all([client.close(), opened.close()])) };
}

async function openKeys(files: KeyFiles & { readonly transport?: TransportOptions }): Promise<OpenedKeys> {
  const { signingKey, consumerKey, consumerKeyFile } = files;
  const { file, alias, passwordFile } = signingKey;
  const password =
    passwordFile === undefined ? undefined : await firstLine(passwordFile, 'signingKey.passwordFile');
  const { key } = await readPrivateKey({ file }, defined({ password, alias }));
  const consumer = consumerKey ?? (await firstLine(consumerKeyFile, 'consumerKeyFile'));
  const { encryptionKey: source, close } = await openKeySource(files);
  return { keys: { authenticator: oauth1({ consumerKey: consumer, key }), encryptionKey: source }, close };
}

async function firstLine(file: string | undefined, setting: string): Promise<string> {
  if (file === undefined) throw missing(setting, `Set ${setting}.`);
  try {
    return ((await readFile(file, 'utf8')).split(/\r?\n/)[0] ?? '').trim();
  } catch (cause) {
    throw missing(setting, `Check the path in ${setting}, and that this process may read it.`, cause);
  }
}

const missing = (setting: string, hint: string, cause?: unknown) =>
  new ConfigError({
    code: 'file-unreadable',
    message: `${setting} is not there or cannot be read`,
    hint,
    cause,
  });

interface KeySourceOpened {
  readonly encryptionKey: ConnectionConfig['encryptionKey'];
  readonly close: () => Promise<void>;
}

async function openKeySource(
  files: KeyFiles & { readonly transport?: TransportOptions },
): Promise<KeySourceOpened> {
  const { keySetUrl, encryptionKeyFile, transport = {} } = files;
  if (keySetUrl === undefined) {
    if (encryptionKeyFile === undefined)
      throw missing(
        'keySetUrl',
        'Set keySetUrl to the published keys of the provider, or encryptionKeyFile to one key.',
      );
    const key = encryptionKey(await readPublicKey({ file: encryptionKeyFile }));
    return { encryptionKey: () => Promise.resolve(key), close: () => Promise.resolve() };
  }
  const { environment, ...options } = files.keySet ?? {};
  const pool = openPool(transport, { ...defaultLimits });
  const set = keySet({ url: keySetUrl, fetch: fetchThrough(pool), ...options });
  const rule = defined<KeyRule>({ purpose: 'fpan-encryption', environment });
  return { encryptionKey: rotating(set, rule), close: () => pool.close() };
}

/** The newest key of the set, made ready once for as long as it stays the same. */
function rotating(set: ReturnType<typeof keySet>, rule: KeyRule): ConnectionConfig['encryptionKey'] {
  let last: { readonly id: string; readonly key: EncryptionKey } | undefined;
  const newest = async (): Promise<EncryptionKey> => {
    const found = await set.newest(rule);
    // By what the key is, and not by what it is called: a set may change the key behind a kid.
    const id = found.publicKeySha256;
    if (last?.id !== id) last = { id, key: encryptionKey(found) };
    return last.key;
  };
  return async (withdrawn) => {
    const key = await newest();
    if (key.kid !== withdrawn) return key;
    await set.refresh();
    return newest();
  };
}

function fetchThrough({ dispatcher }: Pool): NonNullable<KeySetOptions['fetch']> {
  return async (url, init) => (await undiciFetch(url, { ...init, dispatcher })) as unknown as Response;
}
