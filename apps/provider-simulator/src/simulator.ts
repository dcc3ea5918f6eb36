import type { KeyObject } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Api, basePath } from './api.ts';
import { type Clock, realClock } from './clock.ts';
import { AuthorizationServer } from '@enrollkit/signing/authorization-server';
import { type Client, knownClient, makeClient, tokenClientOf } from './gateway/credentials.ts';
import type { ErrorShape } from './gateway/errors.ts';
import { FaultPlan, type FaultRule, type RuleReport } from './faults/fault-plan.ts';
import { Gateway } from './gateway/gateway.ts';
import { keySetPath, listen, tokenPath } from './http/server.ts';
import { readKeysDirectory, writeClientFiles, writeProviderKeys } from './keys/keys-directory.ts';
import type { DuplicatePolicy, Programme, ProviderSettings } from './families/shared/request-context.ts';
import { type ProviderKey, ProviderKeys } from './keys/provider-keys.ts';
import { FileLog, MemoryLog } from './world/log.ts';
import type { WorldSummary } from './world/world-index.ts';
import { World, type WorldRecord } from './world/world.ts';

/** How to start a simulator; everything has a default. */
export interface SimulatorOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Decides order, error shapes and faults. Default 1. */
  readonly seed?: number;
  /** What a repeated `externalBatchId` does; not documented by the provider. Default `idempotent`. */
  readonly onDuplicate?: DuplicatePolicy;
  /** From 202 to the batch's results, milliseconds. Default 200. */
  readonly processingMs?: number;
  /** Added to every answer of the API, milliseconds of real time. Default 0. */
  readonly latencyMs?: number;
  /** Default the machine's clock. With a manual clock, requests must be signed by it too. */
  readonly clock?: Clock;
  /** File that keeps the world across restarts; default memory. */
  readonly worldFile?: string;
  /** Directory that keeps keys across restarts, and takes the client's files; default none. */
  readonly keysDirectory?: string;
  /** A client with a key pair of its own; its public key will do. Default: one is made. */
  readonly client?: { readonly consumerKey: string; readonly key: KeyObject };
  /** The provider's encryption keys, newest first; default: one is made. */
  readonly encryptionKeys?: readonly ProviderKey[];
  /** Known clients and their directories; default: any is accepted. */
  readonly programmes?: readonly Programme[];
  /** Most cards in a batch; default no limit. */
  readonly maxBatchCards?: number;
  /** Cards get no id before the first checkout. Default false. */
  readonly delayedTokenization?: boolean;
  /** Shape of application errors. Default `E1`. */
  readonly errorShape?: ErrorShape;
  /** How far a signature's timestamp may lie off, seconds. Default 300. */
  readonly skewSeconds?: number;
  /** How long an OAuth 2.0 access token lives, seconds. Default 900. */
  readonly tokenSeconds?: number;
  /** Largest request body, bytes. Default 16 MiB. */
  readonly maxBodyBytes?: number;
  readonly faults?: readonly FaultRule[];
  /**
   * `none` is for benches: signatures and contract are not looked at, every card of a batch is enrolled, and its
   * consumer is not kept. JWEs are opened all the same, since the ids stand inside. Default `all`.
   */
  readonly verify?: 'all' | 'none';
  /** Called for every request to the API as it arrives, before faults. */
  readonly onRequest?: (operationId: string) => void;
  /** Called with a defect of the simulator itself. Default: ignored. */
  readonly onDefect?: (error: unknown) => void;
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, in front of everything. */
  readonly origin: string;
  /** Base URL of the API, for the client's configuration. */
  readonly url: string;
  /** The provider's public encryption keys. */
  readonly keys: { readonly url: string; readonly kid: string };
  readonly consumerKey: string;
  /** For OAuth 2.0 with DPoP: the same client with the same signing key. The key id is the right half of the consumer key. */
  readonly oauth2: {
    readonly issuer: string;
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly kid: string;
  };
  /** The client's private signing key, when the simulator made it or was given it. */
  readonly signingKey?: KeyObject;
  /** What was really enrolled. */
  world(): WorldSummary;
  /** Every record and how often it was enrolled. */
  records(): Iterable<WorldRecord>;
  /** Replaces the fault rules. Throws `FaultRuleError`. */
  setFaults(rules: readonly FaultRule[]): void;
  /** The fault rules, and how often each was applied. */
  faults(): readonly RuleReport[];
  /** Replaces the encryption key; the old one is refused or still accepted. Resolves to the new kid. */
  rotateKey(old?: 'accept' | 'refuse'): Promise<string>;
  /** OAuth 1.0a: from now on knows another signing key of the client, under a consumer key of its own, as when one is added at the portal. */
  addSigningKey(consumerKey: string, key: KeyObject): void;
  /** Forgets a signing key, as when one is removed at the portal. */
  removeSigningKey(consumerKey: string): void;
  /** Writes the client's files into a directory; returns their paths. */
  writeCredentials(directory: string): ReturnType<typeof writeClientFiles>;
  /** Stops listening, ends open connections, closes the world's file. */
  close(): Promise<void>;
}

/**
 * Starts a provider. Throws `WorldFileError` or `KeysDirectoryError` for files it cannot use, `FaultRuleError` for a
 * wrong fault rule, and the system's error when it cannot listen.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock = realClock } = options;
  const plan = new FaultPlan(options.seed ?? 1, options.faults);
  const kept = options.keysDirectory === undefined ? {} : readKeysDirectory(options.keysDirectory);
  const client =
    options.client === undefined
      ? (kept.client ?? (await makeClient()))
      : knownClient(options.client.consumerKey, options.client.key);
  const keys = await ProviderKeys.create(clock.now, options.encryptionKeys ?? kept.providerKeys);
  const world = new ReplaceableWorld(options.worldFile, options.seed ?? 1);
  const signingKeys = new Map([[client.consumerKey, client.publicKey]]);
  const parts = apiParts(options, { client, signingKeys }, clock.now);
  const api = new Api({ ...parts, world: () => world.current, keys, plan, now: clock.now });
  const rotate = async (old: 'accept' | 'refuse' = 'refuse'): Promise<string> => {
    const { kid } = await keys.rotate(old);
    if (options.keysDirectory !== undefined) writeProviderKeys(options.keysDirectory, keys.all);
    return kid;
  };
  const listening = await listen(
    {
      api,
      authorization: parts.authorization,
      plan,
      keys,
      world: () => world.current,
      reset: () => world.replace(),
      now: clock.now,
      maxBodyBytes: options.maxBodyBytes ?? 16 << 20,
      latencyMs: options.latencyMs ?? 0,
      onRequest: options.onRequest ?? (() => undefined),
      onDefect: options.onDefect ?? (() => undefined),
    },
    { host: options.host ?? '127.0.0.1', port: options.port ?? 0 },
  );
  const { origin } = listening;
  const access = { client, apiUrl: origin + basePath, keySetUrl: origin + keySetPath };
  if (options.keysDirectory !== undefined) {
    writeProviderKeys(options.keysDirectory, keys.all);
    writeClientFiles(options.keysDirectory, access);
  }
  let closed: Promise<void> | undefined;
  return {
    origin,
    url: access.apiUrl,
    keys: {
      url: access.keySetUrl,
      get kid() {
        return keys.current.kid;
      },
    },
    oauth2: { issuer: origin, tokenUrl: origin + tokenPath, ...tokenClientOf(client) },
    consumerKey: client.consumerKey,
    ...(client.privateKey !== undefined && { signingKey: client.privateKey }),
    world: () => world.current.summary(),
    records: () => world.current.records(),
    setFaults: (rules) => plan.set(rules),
    faults: () => plan.report(),
    rotateKey: rotate,
    addSigningKey: (consumerKey, key) =>
      void signingKeys.set(consumerKey, knownClient(consumerKey, key).publicKey),
    removeSigningKey: (consumerKey) => void signingKeys.delete(consumerKey),
    writeCredentials: (directory) => writeClientFiles(directory, access),
    close: () => (closed ??= listening.close().then(() => world.current.close())),
  };
}

/** The world, which a reset replaces by an empty one with other ids. */
class ReplaceableWorld {
  readonly #file: string | undefined;
  readonly #seed: number;
  #resets = 0;
  current: World;

  constructor(file: string | undefined, seed: number) {
    this.#file = file;
    this.#seed = seed;
    this.current = this.#open();
  }

  replace(): void {
    this.current.close();
    this.#resets++;
    if (this.#file !== undefined) rmSync(this.#file);
    this.current = this.#open();
  }

  #open(): World {
    return new World(
      this.#file === undefined ? new MemoryLog() : new FileLog(this.#file),
      `seed ${this.#seed}, reset ${this.#resets}`,
    );
  }
}

interface Clients {
  readonly client: Client;
  /** Public signing keys by consumer key. */
  readonly signingKeys: ReadonlyMap<string, KeyObject>;
}

function apiParts(options: SimulatorOptions, { client, signingKeys }: Clients, now: () => number) {
  const settings: ProviderSettings = {
    seed: options.seed ?? 1,
    onDuplicate: options.onDuplicate ?? 'idempotent',
    processingMs: options.processingMs ?? 200,
    delayedTokenization: options.delayedTokenization ?? false,
    bare: options.verify === 'none',
    ...(options.programmes !== undefined && { programmes: options.programmes }),
    ...(options.maxBatchCards !== undefined && { maxBatchCards: options.maxBatchCards }),
  };
  const { skewSeconds = 300, tokenSeconds = 900 } = options;
  const { clientId, kid } = tokenClientOf(client);
  const authorization = new AuthorizationServer({
    clients: { [clientId]: { kid, publicKey: client.publicKey } },
    now,
    skewSeconds,
    tokenSeconds,
  });
  const gateway = new Gateway({
    authorization,
    skewSeconds,
    publicKeyFor: (consumerKey) => signingKeys.get(consumerKey),
  });
  return {
    settings,
    gateway,
    authorization,
    errorShape: options.errorShape ?? 'E1',
    verify: options.verify ?? 'all',
  } as const;
}
