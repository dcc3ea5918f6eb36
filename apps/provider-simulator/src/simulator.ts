import type { KeyObject } from 'node:crypto';
import { rmSync } from 'node:fs';
import { defined } from '@enrollkit/base';
import { AuthorizationServer } from '@enrollkit/signing/authorization-server';
import { Api, type ApiDependencies, basePath } from './api.ts';
import { type Clock, realClock } from './clock.ts';
import { Notifier } from './families/click-to-pay/notifier.ts';
import { maskPerson } from './families/shared/new-cards.ts';
import type { ProviderSettings } from './families/shared/request-context.ts';
import { FaultPlan } from './faults/fault-plan.ts';
import { type Client, knownClient, makeClient, tokenClientOf } from './gateway/credentials.ts';
import { Gateway } from './gateway/gateway.ts';
import { keySetPath, listen, type Listening, type ServerDependencies, tokenPath } from './http/server.ts';
import { writeClientConfig } from './keys/client-config.ts';
import {
  type ClientAccess,
  readKeysDirectory,
  writeClientFiles,
  writeProviderKeys,
} from './keys/keys-directory.ts';
import { ProviderKeys } from './keys/provider-keys.ts';
import type { Simulator, SimulatorOptions } from './options.ts';
import { FileLog, MemoryLog } from './world/log.ts';
import { World } from './world/world.ts';

/**
 * Starts a provider. Throws `WorldFileError` or `KeysDirectoryError` for files it cannot use,
 * `FaultRuleError` for a wrong fault rule, and the system's error when it cannot listen.
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
  const notifier =
    options.notificationUrl === undefined
      ? undefined
      : new Notifier({
          url: options.notificationUrl,
          world: () => world.current,
          settings: parts.settings,
          now: clock.now,
        });
  const api = new Api(
    defined<ApiDependencies>({
      ...parts,
      notifier,
      world: () => world.current,
      keys,
      plan,
      now: clock.now,
    }),
  );
  const listening = await listen(
    serverParts(options, { api, plan, keys, world, authorization: parts.authorization, now: clock.now }),
    { host: options.host ?? '127.0.0.1', port: options.port ?? 0 },
  );
  const running = { client, keys, plan, world, signingKeys, notifier, listening, options, clock };
  writeFiles(running);
  return simulatorOf(running);
}

interface Running {
  readonly options: SimulatorOptions;
  readonly clock: Clock;
  readonly client: Client;
  readonly keys: ProviderKeys;
  readonly plan: FaultPlan;
  readonly world: ReplaceableWorld;
  readonly signingKeys: Map<string, KeyObject>;
  readonly notifier: Notifier | undefined;
  readonly listening: Listening;
}

function accessTo({ client, listening: { origin } }: Pick<Running, 'client' | 'listening'>): ClientAccess {
  return { client, apiUrl: origin + basePath, keySetUrl: origin + keySetPath };
}

/**
 * Writes what a keys directory is for: the provider's keys, the client's files, a configuration to run with.
 */
function writeFiles(running: Running): void {
  const { keysDirectory, programmes, directories } = running.options;
  if (keysDirectory === undefined) return;
  const access = accessTo(running);
  writeProviderKeys(keysDirectory, running.keys.all);
  writeClientFiles(keysDirectory, access);
  writeClientConfig(keysDirectory, access, {
    ...(programmes?.[0] && { programme: programmes[0] }),
    ...(directories?.[0] !== undefined && { directoryId: directories[0] }),
  });
}

function simulatorOf(running: Running): Simulator {
  const { options, client, keys, plan, world, signingKeys, notifier, listening, clock } = running;
  const access = accessTo(running);
  let closed: Promise<void> | undefined;
  return {
    origin: listening.origin,
    url: access.apiUrl,
    keys: {
      url: access.keySetUrl,
      get kid() {
        return keys.current.kid;
      },
    },
    oauth2: { issuer: listening.origin, tokenUrl: listening.origin + tokenPath, ...tokenClientOf(client) },
    consumerKey: client.consumerKey,
    ...(client.privateKey !== undefined && { signingKey: client.privateKey }),
    world: () => world.current.summary(),
    records: () => world.current.records(),
    optOut: (srcConsumerId) => world.current.optOut(srcConsumerId, clock.now()),
    changeAtCheckout: (srcConsumerId, consumer) =>
      world.current.changeConsumer(srcConsumerId, { person: maskPerson(consumer), at: clock.now() }),
    sendNotifications: async () => notifier?.send() ?? 0,
    setFaults: (rules) => plan.set(rules),
    faults: () => plan.report(),
    rotateKey: async (old = 'refuse') => {
      const { kid } = await keys.rotate(old);
      if (options.keysDirectory !== undefined) writeProviderKeys(options.keysDirectory, keys.all);
      return kid;
    },
    addSigningKey: (consumerKey, key) =>
      void signingKeys.set(consumerKey, knownClient(consumerKey, key).publicKey),
    removeSigningKey: (consumerKey) => void signingKeys.delete(consumerKey),
    writeCredentials: (directory) => writeClientFiles(directory, access),
    close: () => {
      notifier?.close();
      return (closed ??= listening.close().then(() => world.current.close()));
    },
  };
}

function serverParts(
  options: SimulatorOptions,
  parts: Pick<ServerDependencies, 'api' | 'plan' | 'keys' | 'authorization' | 'now'> & {
    readonly world: ReplaceableWorld;
  },
): ServerDependencies {
  return {
    ...parts,
    world: () => parts.world.current,
    reset: () => parts.world.replace(),
    maxBodyBytes: options.maxBodyBytes ?? 16 << 20,
    latencyMs: options.latencyMs ?? 0,
    onRequest: options.onRequest ?? (() => undefined),
    onDefect: options.onDefect ?? (() => undefined),
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
    fullAnswers: options.fullAnswers ?? false,
    ...(options.directories !== undefined && { directories: options.directories }),
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
    replicationLagMs: options.replicationLagMs ?? 0,
    verify: options.verify ?? 'all',
  } as const;
}
