/**
 * How much the simulator takes:
 * `node --conditions=@enrollkit/source test/throughput.ts [all|none] [batches] [world file]`. Batches of 250
 * records, the first 200 of them to warm up, 8 requests in flight, the simulator in a process of its own on
 * the same machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oauth1 } from '@enrollkit/signing';
import { createPrivateKey } from 'node:crypto';
import { CompactEncrypt, importJWK, type JWK_RSA_Public } from 'jose';
import { enrollmentData, programme } from './test-client.ts';

const [verify = 'all', batches = '600', world] = process.argv.slice(2);
const count = Number(batches);
const directory = mkdtempSync(join(tmpdir(), 'throughput-'));
const main = new URL('../src/main.ts', import.meta.url).pathname;
const server = spawn(process.execPath, [
  '--conditions=@enrollkit/source',
  main,
  '--keys',
  directory,
  '--verify',
  verify,
  ...(world ? ['--world', world] : []),
]);
await once(server.stdout, 'data');
server.stdout.resume();
const text = (name: string): string => readFileSync(join(directory, name), 'utf8').trim();
const { keys } = (await (await fetch(text('key-set-url.txt'))).json()) as {
  keys: (JWK_RSA_Public & { kid: string })[];
};
const [jwk] = keys;
if (jwk === undefined) throw new Error('no key');
const key = await importJWK(jwk, 'RSA-OAEP-256');
const url = new URL(`${text('api-url.txt')}/cards/batch`);
const signer = oauth1({
  consumerKey: text('consumer-key.txt'),
  key: createPrivateKey(text('signing-key.pem')),
});
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

async function bodyOf(batch: number): Promise<Buffer> {
  const people = Array.from({ length: 250 }, (_, at) => ({
    consumer: `consumer-${batch}-${at}`,
    card: `card-${batch}-${at}`,
  }));
  const plaintext = Buffer.from(JSON.stringify(enrollmentData(people)));
  const jwe = await new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128GCM', kid: jwk?.kid ?? '' })
    .encrypt(key);
  return Buffer.from(
    JSON.stringify({ ...programme, externalBatchId: `batch-${batch}`, encryptedEnrollmentData: jwe }),
  );
}

async function post(body: Buffer): Promise<number | undefined> {
  const headers = verify === 'all' ? await signer.authenticate({ method: 'POST', url, body }) : {};
  const request = httpRequest(url, {
    method: 'POST',
    agent,
    headers: { ...headers, 'content-type': 'application/json' },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

/** Processor time of the simulator so far, in milliseconds (Linux counts it in hundredths of a second). */
function cpuMs(): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

let cpuBefore = 0;
let busyMs = 0;
let refused = 0;
for (let from = 0; from < count; from += 200) {
  // The first round only warms up.
  if (from === 200) [cpuBefore, busyMs] = [cpuMs(), 0];
  const bodies = await Promise.all(
    Array.from({ length: Math.min(200, count - from) }, (_, at) => bodyOf(from + at)),
  );
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let body = bodies.pop(); body !== undefined; body = bodies.pop())
        if ((await post(body)) !== 202) refused++;
    }),
  );
  busyMs += performance.now() - began;
}
const memory = readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)?.[1] ?? '?';
const counted = Math.max(count - 200, 1);
const perBatch = (cpuMs() - cpuBefore) / counted;
process.stdout.write(
  `verify ${verify}: ${count} batches of 250, ${Math.round(counted / (busyMs / 1000))} requests/s, ${Math.round((250 * counted) / (busyMs / 1000))} records/s, ` +
    `${perBatch.toFixed(1)} ms of processor time a batch, ${refused} refused, peak ${Math.round(Number(memory) / 1024)} MB\n`,
);
process.stdout.write(`${await (await fetch(`${url.origin}/__world`)).text()}\n`);
agent.destroy();
server.kill();
await once(server, 'exit');
rmSync(directory, { recursive: true });
