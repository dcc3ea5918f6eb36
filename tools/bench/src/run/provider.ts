import { createServer, type IncomingMessage } from 'node:http';
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { contextAt } from '@enrollkit/enrollment/validation';
import {
  defaultSettings,
  batchRecords,
  compareRows,
  digestRows,
  Digests,
  externalBatchIdOf,
  intakeIdOf,
  openInput,
  openReader,
  Validator,
} from '@enrollkit/pipeline';
import { BATCH_SIZE, FINGERPRINT_KEY, job, PEER_BATCH, PROGRAMME, type Seen } from './files.ts';

/**
 * A provider that accepts at once: it opens and verifies nothing, because it is not what is measured and
 * would take the cores from those that are. It knows beforehand which records come under which id, so that it
 * can tell results.
 */
const { input: file, folder } = job();
/** Nothing was ever enrolled. */
const emptyRegister = {
  lookUp: () => Promise.resolve({ epoch: 0, hits: [], unchanged: [], unchangedBy: {} }),
  fillDigests: () => Promise.resolve(),
};
const results = new Map<string, string>();
const arrivals: number[] = [];
const batchesOf: Record<string, number> = {};
const came = new Set<string>();
const eventLoopDelay = monitorEventLoopDelay({ resolution: 1 });
let repeated = 0;

const certificate = join(folder, 'provider.crt');
// The peer reads nothing but certificates, and Node makes none.
execFileSync(
  'openssl',
  [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    join(folder, 'provider.key'),
    '-out',
    certificate,
    '-subj',
    '/CN=bench',
    '-days',
    '2',
  ],
  { stdio: 'ignore' },
);
const publicKey = createPublicKey(readFileSync(certificate));
const kid = '20260101000000-bench-fpan-encryption-src-mastercard-int';
const keys = JSON.stringify({
  keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RSA-OAEP-256', use: 'enc' }],
});

const server = createServer(async (request, response) => {
  const body = await answer(request);
  response.writeHead(request.method === 'POST' ? 202 : 200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(url);
  process.stdout.write(`${url}\n`);
});

async function answer(request: IncomingMessage): Promise<string> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/keys') return keys;
  if (pathname === '/seen')
    return JSON.stringify({
      arrivals,
      batchesOf,
      repeated,
      stalledMs: eventLoopDelay.max / 1e6,
    } satisfies Seen);
  if (arrivals.length === 0) eventLoopDelay.enable();
  arrivals.push(performance.now());
  if (request.method !== 'POST') return results.get(pathname.split('/').at(-1) ?? '') ?? '{}';
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const id = /"externalBatchId":"([^"]+)"/.exec(Buffer.concat(chunks).toString('latin1'))?.[1] ?? '';
  const key = /oauth_consumer_key="([^"]+)"/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  batchesOf[key] = (batchesOf[key] ?? 0) + 1;
  if (came.has(id)) repeated += 1;
  came.add(id);
  return JSON.stringify({ batchId: id, externalBatchId: id });
}

/** Reads the file as both contenders will, and keeps the answer to each batch. */
async function expect(environment: string): Promise<void> {
  const input = await openInput(file);
  const reader = await openReader(input);
  const programme = `${PROGRAMME.srcClientId}/${PROGRAMME.serviceId}`;
  const digests = new Digests({
    fingerprintKey: Buffer.from(FINGERPRINT_KEY, 'hex'),
    environment,
    programme,
  });
  const inputDigest = await input.digest();
  const intakeId = intakeIdOf({ inputDigest, environment, programme, epoch: 0, variant: undefined });
  const today = new Date();
  const rows = new Validator(contextAt(today)).all(reader.rows());
  const windows = compareRows(digestRows(rows, digests), {
    ledger: emptyRegister,
    again: false,
    today,
    changes: defaultSettings.changes,
    fills: false,
  });
  let position = 0;
  for await (const { records } of batchRecords(windows, {
    batchSize: BATCH_SIZE,
    from: { offset: 0, line: 1, rows: 0, batches: 0 },
    bytes: input.bytes,
  })) {
    if (records.length === 0) continue;
    const clear = records.map(({ record }) => record);
    const content = digests.of(clear);
    keep(externalBatchIdOf({ intakeId, batchSize: BATCH_SIZE, generation: 1, position, content }), clear);
    // One card a consumer in this file: both contenders cut it at the same rows.
    keep(`${PEER_BATCH}${position}`, clear);
    position += 1;
  }
  await input.close();
}

function keep(
  id: string,
  records: readonly { readonly externalConsumerId: string; readonly externalCardId: string }[],
): void {
  const items = records.map(({ externalConsumerId, externalCardId }, index) => ({
    externalConsumerId,
    externalCardId,
    status: 'SUCCESSFUL',
    srcConsumerId: `consumer-${index}`,
    srcDigitalCardId: `card-${index}`,
  }));
  results.set(
    id,
    JSON.stringify({ batchId: id, externalBatchId: id, status: 'COMPLETED_SUCCESSFULLY', items }),
  );
}
