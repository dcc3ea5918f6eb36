import { createPrivateKey, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { clickToPayProvider } from '@enrollkit/client';
import { encryptionKey } from '@enrollkit/encryption';
import { openSqliteLedger } from '@enrollkit/ledger';
import { defaultSettings, openInput, Pipeline, systemClock, type Ending } from '@enrollkit/pipeline';
import { oauth1, type Authenticator } from '@enrollkit/signing';

/** What a sender is given. */
export interface SenderParts {
  readonly baseUrl: string;
  readonly ledger: string;
  readonly input: string;
  /** PEM files of the key that signs and of the public key that card data is sealed to. */
  readonly signingKey: string;
  readonly sealingKey: string;
}

/**
 * One process that sends one file; `beforeRequest` is awaited where a request is signed, after its intent. Answers how it
 * ended, or the code of the error that ended it.
 */
export async function sendAsProcess(
  parts: SenderParts,
  beforeRequest: () => Promise<void> = () => Promise.resolve(),
): Promise<Ending['kind'] | string> {
  const signer = oauth1({
    consumerKey: `${'c'.repeat(48)}!${'k'.repeat(48)}`,
    key: createPrivateKey(readFileSync(parts.signingKey)),
  });
  const authenticator: Authenticator = {
    ...signer,
    authenticate: async (request) => {
      const proof = await signer.authenticate(request);
      await beforeRequest();
      return proof;
    },
  };
  const sealing = await encryptionKey(createPublicKey(readFileSync(parts.sealingKey)));
  const provider = clickToPayProvider({
    baseUrl: parts.baseUrl,
    srcClientId: '11111111-2222-3333-4444-555555555555',
    serviceId: 'BANK',
    authenticator,
    encryptionKey: () => Promise.resolve(sealing),
  });
  const ledger = await openSqliteLedger(parts.ledger);
  const input = await openInput(parts.input);
  const never = new AbortController().signal;
  const pipeline = new Pipeline({
    ledger,
    provider,
    fingerprintKey: Buffer.alloc(32, 1),
    environment: parts.baseUrl,
    programme: 'x',
    settings: { ...defaultSettings, poll: { firstMs: 1, maxMs: 10, factor: 2, jitter: 0 } },
    reading: {},
    clock: systemClock,
    random: () => 0,
    notify: () => undefined,
  });
  try {
    await ledger.lock('run');
    const intake = await pipeline.open(input);
    await pipeline.load(intake, input, never);
    return (await pipeline.send((await ledger.findIntake(intake.id)) ?? intake, never)).kind;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    await provider.close();
    await input.close();
    await ledger.close();
  }
}

if (import.meta.main) {
  const ended = await sendAsProcess(JSON.parse(process.argv[2] ?? '') as SenderParts, async () => {
    process.stdout.write('signed\n');
    await once(process.stdin, 'data');
  });
  process.stdout.write(`ended: ${ended}\n`);
  process.exit();
}
