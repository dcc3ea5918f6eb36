import { constants, createPrivateKey, privateDecrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A process that holds the private key and unwraps content keys for others, one line of JSON for each. */
const key = createPrivateKey(readFileSync(process.argv[2] ?? ''));
const hashes: Readonly<Record<string, string>> = { 'RSA-OAEP-256': 'sha256', 'RSA-OAEP': 'sha1' };

for await (const line of createInterface({ input: process.stdin })) {
  const { id, alg, wrapped } = JSON.parse(line) as { id: number; alg: string; wrapped: string };
  let cek: string | null;
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const input = { key, padding, oaepHash: hashes[alg] ?? 'sha256' };
    cek = privateDecrypt(input, Buffer.from(wrapped, 'base64')).toString('base64');
  } catch {
    cek = null;
  }
  process.stdout.write(`${JSON.stringify({ id, cek })}\n`);
}
