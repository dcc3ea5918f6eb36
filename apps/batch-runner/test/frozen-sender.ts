import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '@enrollkit/base';
import { clickToPayProvider } from '@enrollkit/client';
import { encryptionKey } from '@enrollkit/encryption';
import type { Provider } from '@enrollkit/enrollment';
import { keySet, readPrivateKey } from '@enrollkit/keys';
import {
  isShared,
  openSharedLedger,
  openSqliteLedger,
  type Ledger,
  type LockRole,
  type SharedLedger,
} from '@enrollkit/ledger';
import {
  defaultSettings,
  openInput,
  Pipeline,
  systemClock,
  type Ending,
  type PipelineEvent,
} from '@enrollkit/pipeline';
import { oauth1, type Authenticator } from '@enrollkit/signing';

/** What a sender is given. */
export interface SenderParts {
  readonly baseUrl: string;
  readonly keySetUrl: string;
  /** Of the key that card data is sealed to. */
  readonly kid: string;
  readonly consumerKey: string;
  /** Holds `signing-key.pem`. */
  readonly folder: string;
  /** A path, or the address of a database. */
  readonly ledger: string;
  readonly input: string;
  /**
   * Milliseconds that signing takes at most, by chance, so that there is time between an intent and its
   * request.
   */
  readonly signMs?: number;
}

/** How a sender ended: the kind of its ending, or the code of the error that ended it. */
export type SenderEnd = Ending['kind'] | string;

const role: LockRole = { as: 'loader', terms: { version: 'test', settings: {} } };

/**
 * One process that sends one file, as the runner does: alone on a ledger in a file, or as one of many
 * workers.
 */
export async function sendAsProcess(
  parts: SenderParts,
  notify: (event: PipelineEvent) => void = () => undefined,
): Promise<SenderEnd> {
  try {
    const shared = isShared(parts.ledger) ? await openSharedLedger(parts.ledger) : undefined;
    const ledger = shared ?? (await openSqliteLedger(parts.ledger));
    try {
      return await sendOn(parts, { ledger, shared, notify });
    } finally {
      await ledger.close();
    }
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

async function sendOn(parts: SenderParts, given: Omit<PipelineParts, 'provider'>): Promise<SenderEnd> {
  const { ledger } = given;
  const provider = await providerOf(parts);
  const input = await openInput(parts.input);
  try {
    const lock = await ledger.lock('run', role);
    const pipeline = pipelineOf(parts, { ...given, provider });
    const intake = await pipeline.open(input);
    const claim = await lock.claim(intake.id);
    await pipeline.load(intake, input, lock.lost);
    await claim.release();
    const { kind } = await pipeline.send((await ledger.findIntake(intake.id)) ?? intake, lock.lost);
    lock.lost.throwIfAborted();
    return kind;
  } finally {
    await provider.close();
    await input.close();
  }
}

async function providerOf({
  baseUrl,
  keySetUrl,
  kid,
  consumerKey,
  folder,
  signMs = 0,
}: SenderParts): Promise<Provider> {
  const { key } = await readPrivateKey({ file: join(folder, 'signing-key.pem') });
  const signer = oauth1({ consumerKey, key });
  const random = new SeededRandom(process.pid);
  const authenticator: Authenticator = {
    ...signer,
    authenticate: async (request) => {
      const proof = await signer.authenticate(request);
      if (signMs > 0) await sleep(random.next() * signMs);
      return proof;
    },
  };
  const set = keySet({ url: keySetUrl });
  const sealing = await encryptionKey(await set.key(kid));
  return clickToPayProvider({
    baseUrl,
    srcClientId: '11111111-2222-3333-4444-555555555555',
    serviceId: 'BANK#01',
    authenticator,
    encryptionKey: () => Promise.resolve(sealing),
  });
}

interface PipelineParts {
  readonly ledger: Ledger;
  readonly shared: SharedLedger | undefined;
  readonly provider: Provider;
  readonly notify: (event: PipelineEvent) => void;
}

function pipelineOf({ baseUrl }: SenderParts, { ledger, shared, provider, notify }: PipelineParts): Pipeline {
  return new Pipeline({
    ledger,
    provider,
    fingerprintKey: Buffer.alloc(32, 1),
    environment: baseUrl,
    programme: 'x',
    settings: {
      ...defaultSettings,
      batchSize: 5,
      requestsPerSecond: 20,
      poll: { firstMs: 50, maxMs: 200, factor: 2, jitter: 0 },
    },
    reading: {},
    clock: systemClock,
    random: () => 0,
    notify,
    ...(shared && { pool: { ledger: shared, longestRequestMs: 10_000 } }),
  });
}

if (import.meta.main) {
  const parts = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as SenderParts;
  const ended = await sendAsProcess(parts, ({ kind }) => void process.stdout.write(`${kind}\n`));
  process.stdout.write(`ended: ${ended}\n`);
  process.exit();
}
