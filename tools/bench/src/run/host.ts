import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINGERPRINT_KEY, BATCH_SIZE, IN_FLIGHT, PROGRAMME, type BenchJob } from './files.ts';

/** The command, built. */
export const runner = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  '..',
  'apps',
  'batch-runner',
  'dist',
  'main.js',
);

/** How a host sends. */
export interface Client {
  /** Where the provider listens. */
  readonly url: string;
  readonly requestsPerSecond: number;
  /** Milliseconds until the first question about a batch. */
  readonly firstMs: number;
  /** Where the ledger is, when it is not in a file beside the configuration. */
  readonly ledger?: string;
  /** What tells this host from the others. */
  readonly host?: number;
}

/** Starts the provider, which reads the input first, and answers where it listens. */
export async function startProvider(job: BenchJob): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@enrollkit/source', join(import.meta.dirname, 'provider.ts'), JSON.stringify(job)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { child, url: line.trim() };
}

/** Writes configuration and keys into a folder. */
export function writeClient(
  folder: string,
  { url, requestsPerSecond, firstMs, ledger, host = 0 }: Client,
): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const consumerKey = `${'c'.repeat(48)}!${String(host).padStart(48, '0')}`;
  writeFileSync(join(folder, 'signing-key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  writeFileSync(join(folder, 'consumer-key.txt'), consumerKey);
  writeFileSync(
    join(folder, 'enrollkit.yaml'),
    `provider: { baseUrl: "${url}", srcClientId: "${PROGRAMME.srcClientId}", serviceId: "${PROGRAMME.serviceId}" }
signing: { consumerKey: "${consumerKey}", keyFile: signing-key.pem }
encryption: { keySetUrl: "${url}/keys" }
sending: { batchSize: ${BATCH_SIZE}, requestsPerSecond: ${requestsPerSecond}, inFlight: ${IN_FLIGHT}, poll: { firstMs: ${firstMs}, maxMs: 1000 } }
ledger: { ${ledger === undefined ? '' : `url: "${ledger}", `}fingerprintKey: "${FINGERPRINT_KEY}" }
`,
    { mode: 0o600 },
  );
}
