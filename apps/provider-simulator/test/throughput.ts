/**
 * How much the simulator takes: `node --conditions=@enrollkit/source test/throughput.ts [all|none] [batches] [world file]`.
 * Batches of 250 records, 8 requests in flight, the simulator in a process of its own on the same machine.
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
import { enrollmentData, programme } from './client.ts';

const [verify = 'all', batches = '400', world] = process.argv.slice(2);
const count = Number(batches);
const directory = mkdtempSync(join(tmpdir(), 'throughput-'));
const main = new URL('../src/main.ts', import.meta.url).pathname;
const server = spawn(process.execPath, ['--conditions=@enrollkit/source', main, '--keys', directory, '--verify', verify, ...(world ? ['--world', world] : [])]);
await once(server.stdout, 'data');
const text = (name: string): string => readFileSync(join(directory, name), 'utf8').trim();
const { keys } = (await (await fetch(text('key-set-url.txt'))).json()) as { keys: (JWK_RSA_Public & { kid: string })[] };
const [jwk] = keys;
if (jwk === undefined) throw new Error('no key');
const key = await importJWK(jwk, 'RSA-OAEP-256');
const url = new URL(`${text('api-url.txt')}/cards/batch`);
const signer = oauth1({ consumerKey: text('consumer-key.txt'), key: createPrivateKey(text('signing-key.pem')) });
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

async function bodyOf(batch: number): Promise<Buffer> {
  const people = Array.from({ length: 250 }, (_, at) => ({ consumer: `consumer-${batch}-${at}`, card: `card-${batch}-${at}` }));
  const plaintext = Buffer.from(JSON.stringify(enrollmentData(people)));
  const jwe = await new CompactEncrypt(plaintext).setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128GCM', kid: jwk?.kid ?? '' }).encrypt(key);
  return Buffer.from(JSON.stringify({ ...programme, externalBatchId: `batch-${batch}`, encryptedEnrollmentData: jwe }));
}

async function post(body: Buffer): Promise<number | undefined> {
  const headers = verify === 'all' ? await signer.authenticate({ method: 'POST', url, body }) : {};
  const request = httpRequest(url, { method: 'POST', agent, headers: { ...headers, 'content-type': 'application/json' } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

let busyMs = 0;
let refused = 0;
for (let from = 0; from < count; from += 200) {
  const bodies = await Promise.all(Array.from({ length: Math.min(200, count - from) }, (_, at) => bodyOf(from + at)));
  const began = performance.now();
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) if ((await post(body)) !== 202) refused++;
  }));
  busyMs += performance.now() - began;
}
const memory = readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)?.[1] ?? '?';
process.stdout.write(`verify ${verify}: ${count} batches of 250, ${Math.round(count / (busyMs / 1000))} requests/s, ${Math.round((250 * count) / (busyMs / 1000))} records/s, ${refused} refused, peak ${Math.round(Number(memory) / 1024)} MB\n`);
process.stdout.write(`${await (await fetch(`${url.origin}/__world`)).text()}\n`);
agent.destroy();
server.kill();
rmSync(directory, { recursive: true });
