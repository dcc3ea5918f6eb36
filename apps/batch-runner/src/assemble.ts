import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  clickToPayProvider,
  createFetch,
  credentialDirectoryProvider,
  type ClickToPayConfig,
  type ConnectionConfig,
  type TransportOptions,
} from '@enrollkit/client';
import { defined } from '@enrollkit/base';
import { encryptionKey, type EncryptionKey } from '@enrollkit/encryption';
import type { Compliance, Provider, SealsOne, SingleOperations } from '@enrollkit/enrollment';
import {
  checkPinned,
  keySet,
  readPrivateKey,
  readPublicKey,
  type KeySet,
  type KeySetOptions,
  type PrivateKey,
  type PublicKey,
  type PublicKeyOptions,
} from '@enrollkit/keys';
import {
  openLedger as openLedgerAt,
  openLedgerView as openLedgerViewAt,
  openSharedLedger,
  type Ledger,
  type LedgerOptions,
  type LedgerView,
  type SharedLedger,
} from '@enrollkit/ledger';
import {
  Digests,
  type DecodingSettings,
  type PipelineSettings,
  type ReadingSettings,
} from '@enrollkit/pipeline';
import { oauth1, type Authenticator } from '@enrollkit/signing';
import type { InputConfig, LoadedConfig } from './config/load.ts';
import { toleratedOf } from './config/tolerated.ts';
import { timesOf } from './config/sending-times-schema.ts';
import { programmeOf, programmeSettings } from './config/programme.ts';
import type { Config } from './config/schema.ts';
import { RunnerError } from './errors.ts';
import { ledgerAddress, stateFolderOf } from './config/ledger-address.ts';
import { fingerprintKey, readSecretFile } from './config/secrets.ts';
import { tlsOf } from './config/tls.ts';

/** The purpose that the provider's key for card data has in its kid (reference: `src-fpan-encryption`). */
const FPAN_PURPOSE = 'fpan-encryption';

/** Opens the ledger for writing; a command that changes anything takes its lock too. */
export function openLedger(loaded: LoadedConfig): Promise<Ledger> {
  return openLedgerAt(ledgerAddress(loaded), ledgerOptions(loaded));
}

/** The same, and the ledger once more as one that many hosts share, where it is in a database. */
export async function openLedgerToProcess(
  loaded: LoadedConfig,
): Promise<{ readonly ledger: Ledger; readonly shared?: SharedLedger }> {
  if (loaded.config.ledger.url === undefined) return { ledger: await openLedger(loaded) };
  const shared = await openSharedLedger(ledgerAddress(loaded), ledgerOptions(loaded));
  return { ledger: shared, shared };
}

/**
 * The high-water mark, in the configured folder or the user's own for state, where it is kept if that is
 * possible. A worker may have no fingerprint key, which authenticates the mark: then its ledger is watched by
 * the processes at work alone.
 */
function ledgerOptions(loaded: LoadedConfig): Pick<LedgerOptions, 'mark'> {
  const { stateFolder, url, fingerprintKey, fingerprintKeyFile } = loaded.config.ledger;
  const folder = stateFolderOf(loaded);
  if (folder === undefined) return {};
  const hasKey = fingerprintKey !== undefined || existsSync(resolve(loaded.folder, fingerprintKeyFile));
  if (url !== undefined && !hasKey) return {};
  return { mark: { folder, key: openFingerprintKey(loaded), isOptional: stateFolder === undefined } };
}

/** Opens the ledger to look at it, also beside a runner. */
export function openLedgerView(loaded: LoadedConfig): Promise<LedgerView> {
  return openLedgerViewAt(ledgerAddress(loaded));
}

/** The file the ledger is in. Throws `RunnerError` with the hint when it is in a database. */
export function ledgerFileOf(loaded: LoadedConfig, hint: string): string {
  if (loaded.config.ledger.url !== undefined)
    throw new RunnerError('usage', 'The ledger is in a database, and this command is for one in a file', {
      hint,
    });
  return ledgerAddress(loaded);
}

/** The keyed hashes of the ledger's environment and programme. */
export function digestsWith(loaded: LoadedConfig, fingerprintKey: Uint8Array): Digests {
  return new Digests({
    fingerprintKey,
    environment: environmentOf(loaded.config),
    programme: programmeOf(loaded.config),
  });
}

/** The key of the ledger's keyed hashes, as configured. */
export function openFingerprintKey({ config, folder }: LoadedConfig): Uint8Array {
  return fingerprintKey(config.ledger.fingerprintKey, resolve(folder, config.ledger.fingerprintKeyFile));
}

/** The signing key as the section says. Throws `KeyError`, `RunnerError`. */
export async function readSigningKey(
  signing: Pick<Config['signing'], 'keyFile' | 'keyAlias' | 'keyPassword' | 'keyPasswordFile'>,
  folder: string,
): Promise<PrivateKey> {
  const { keyFile, keyAlias, keyPassword, keyPasswordFile } = signing;
  const password =
    keyPassword ??
    (keyPasswordFile === undefined
      ? undefined
      : readSecretFile(resolve(folder, keyPasswordFile), 'signing.keyPasswordFile'));
  return readPrivateKey(
    { file: resolve(folder, keyFile) },
    {
      ...(password === undefined ? {} : { password }),
      ...(keyAlias === undefined ? {} : { alias: keyAlias }),
    },
  );
}

/** Signs as the section says. Throws `KeyError`, `RunnerError`, `SigningError`. */
export async function openAuthenticator(signing: Config['signing'], folder: string): Promise<Authenticator> {
  const { key } = await readSigningKey(signing, folder);
  const consumerKey =
    signing.consumerKey ??
    readSecretFile(resolve(folder, signing.consumerKeyFile ?? ''), 'signing.consumerKeyFile');
  return oauth1({ consumerKey, key, method: signing.method });
}

/**
 * The provider behind its client, with keys read and checked. Throws `KeyError` and the like; connects to
 * nothing yet.
 */
export async function openProvider(
  loaded: LoadedConfig,
  {
    authenticator,
    keys = providerKeySet(loaded),
  }: { readonly authenticator?: Authenticator; readonly keys?: KeySet | undefined } = {},
): Promise<Provider & SealsOne & SingleOperations> {
  const { config, folder } = loaded;
  const { baseUrl, openApiClientIdHeader } = config.provider;
  const connection: ConnectionConfig = {
    baseUrl,
    authenticator: authenticator ?? (await openAuthenticator(config.signing, folder)),
    encryptionKey: encryptionKeySource(loaded, keys),
    transport: transportOf(loaded),
  };
  const programme = programmeSettings(config);
  return programme.family === 'click-to-pay'
    ? clickToPayProvider(
        defined<ClickToPayConfig>({
          ...connection,
          ...programme,
          openApiClientIdHeader,
          consents: consentsOf(config),
        }),
      )
    : credentialDirectoryProvider({ ...connection, ...programme });
}

/** The addresses that go with a single card of a record that has no consents of its own. */
function consentsOf({ provider: { privacyUri, termsUri } }: Config): Compliance | undefined {
  if (privacyUri === undefined && termsUri === undefined) return undefined;
  return defined<Compliance>({
    privacy: privacyUri === undefined ? undefined : { latestVersionUri: privacyUri },
    terms: termsUri === undefined ? undefined : { latestVersionUri: termsUri },
  });
}

/** How the API and the key set are reached: the same for both. Throws `RunnerError`. */
function transportOf(loaded: LoadedConfig): TransportOptions {
  const { sending, provider } = loaded.config;
  return defined<TransportOptions>({
    connections: sending.inFlight,
    deadlineMs: provider.timeoutMs,
    tls: tlsOf(loaded),
  });
}

/** Milliseconds in a day. */
const DAY_MS = 24 * 3_600_000;

/**
 * The provider's published keys, fetched as the API is called; undefined when one key file stands in for
 * them. Throws `KeyError` for an address that cannot be used.
 */
export function providerKeySet(loaded: LoadedConfig): KeySet | undefined {
  const { keySetUrl, cacheFile, pinnedKeys, maxAgeDays } = loaded.config.encryption;
  if (keySetUrl === undefined) return undefined;
  return keySet(
    defined<KeySetOptions>({
      url: keySetUrl,
      cacheFile: resolve(loaded.folder, cacheFile),
      fetch: createFetch(transportOf(loaded)),
      pins: pinnedKeys,
      maxStaleMs: maxAgeDays * DAY_MS,
    }),
  );
}

/**
 * The key that card data is sealed to: named, or the newest of the set, and pinned where pins are configured.
 * Throws `KeyError`.
 */
export async function chosenKey(
  { config: { encryption }, folder }: LoadedConfig,
  set: KeySet | undefined,
): Promise<PublicKey> {
  const { kid, keyFile, pinnedKeys } = encryption;
  if (set !== undefined) return kid === undefined ? set.newest({ purpose: FPAN_PURPOSE }) : set.key(kid);
  const file = resolve(folder, keyFile ?? '');
  const key = await readPublicKey({ file }, defined<PublicKeyOptions>({ kid }));
  if (pinnedKeys !== undefined) checkPinned(key, pinnedKeys, file);
  return key;
}

/**
 * The provider's key as it is now, looked up anew when it is one that the provider refuses; imported once for
 * as long as it stays the same.
 */
function encryptionKeySource(
  loaded: LoadedConfig,
  set: KeySet | undefined,
): (withdrawn?: string) => Promise<EncryptionKey> {
  let last: { readonly id: string; readonly key: EncryptionKey } | undefined;
  const current = async (): Promise<EncryptionKey> => {
    if (set === undefined && last !== undefined) return last.key;
    const found = await chosenKey(loaded, set);
    // By what the key is, and not by what it is called: a set may change the key behind a kid.
    const id = found.publicKeySha256;
    if (last?.id !== id) last = { id, key: encryptionKey(found, { enc: loaded.config.encryption.content }) };
    return last.key;
  };
  return async (withdrawn) => {
    const key = await current();
    if (set === undefined || key.kid !== withdrawn) return key;
    await set.refresh();
    return current();
  };
}

/** The pipeline's settings out of the configuration. */
export function settingsOf({ sending, duplicates, changes, limits }: Config): PipelineSettings {
  const times = timesOf(sending);
  const { batchSize, requestsPerSecond, inFlight, onUnknown, deadlineMs, poll, backOffMs } = sending;
  return {
    batchSize,
    requestsPerSecond,
    inFlight,
    onUnknown,
    duplicates,
    changes,
    removals: defined<PipelineSettings['removals']>(limits.removals),
    deadlineMs,
    poll,
    backOffMs,
    ...(times && { times }),
    tolerated: toleratedOf(limits),
  };
}

/** How the configuration says that rows are read. */
export function readingOf({ config }: { readonly config: InputConfig }): ReadingSettings {
  const {
    sidecar: _sidecar,
    expectRows: _rows,
    expectDigest: _digest,
    open: _open,
    ...reading
  } = config.input;
  return defined<ReadingSettings>({
    ...reading,
    ...decodingOf(config.input),
    rejectsTestNumbers: config.environment === 'production' ? true : undefined,
  });
}

/** How the configuration says that an input's bytes become text. */
export function decodingOf({ encoding, recordLength, layout, open }: InputConfig['input']): DecodingSettings {
  return defined<DecodingSettings>({ encoding, recordLength, layout, open });
}

/** The base URL as one name for the environment: without a slash at its end. */
export function environmentOf({ provider }: Config): string {
  return provider.baseUrl.replace(/\/+$/, '');
}
