import { spawn } from 'node:child_process';
import { createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { CompactEncrypt } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { decryptionKey, encryptionKey, type Jwe, open, type Opener, openJson, seal } from '../src/index.ts';
import { codeOf, craft, gcm128 } from './crafting.ts';

const keyFile = join(import.meta.dirname, 'fixtures', 'peer.key.pem');
const publicKey = createPublicKey(readFileSync(join(import.meta.dirname, 'fixtures', 'peer.cert.pem')));

/** Asks the process that holds the key. */
function startHolder(): Opener & { readonly stop: () => void } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.main.ts'), keyFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, (cek: string | null) => void>();
  const failing = new Set<(error: Error) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, cek } = JSON.parse(line) as { id: number; cek: string | null };
    waiting.get(id)?.(cek);
  });
  const failAll = (error: Error): void => {
    for (const fail of failing) fail(error);
  };
  child.stdin.on('error', failAll);
  child.once('exit', () => failAll(new Error('the holder of the key has ended')));
  let next = 0;
  return {
    publicKey,
    unwrap: async (wrapped, alg) => {
      const id = next++;
      const cek = await new Promise<string | null>((resolve, reject) => {
        waiting.set(id, resolve);
        failing.add(reject);
        if (child.exitCode !== null || child.signalCode !== null) reject(new Error('the holder has ended'));
        child.stdin.write(
          `${JSON.stringify({ id, alg, wrapped: Buffer.from(wrapped).toString('base64') })}\n`,
        );
      });
      return cek === null ? undefined : Buffer.from(cek, 'base64');
    },
    stop: () => void child.kill(),
  };
}

const holder = startHolder();
afterAll(() => holder.stop());
const key = decryptionKey(holder, { kid: 'hsm' });
const sealing = encryptionKey(publicKey, { kid: 'hsm' });

describe('a key that another process holds', () => {
  it('reads a ciphertext in no other alphabet than base64url', async () => {
    const parts = (await seal(randomBytes(1000), sealing)).split('.');
    const [, , , ciphertext = ''] = parts;
    const spelled = parts.with(3, ciphertext.replaceAll('-', '+').replaceAll('_', '/')).join('.');
    expect(await codeOf(open(spelled, key))).toBe('token-malformed');
    expect(await open(spelled, key, { tolerate: 'mastercard-libraries' })).toHaveLength(1000);
  });

  it('opens what was sealed to it, in every content encryption that is read', async () => {
    expect(await openJson((await seal({ a: 1 }, sealing)) as Jwe<unknown>, key)).toEqual({ a: 1 });
    for (const enc of ['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256']) {
      const plaintext = randomBytes(1000);
      const token = await new CompactEncrypt(plaintext)
        .setProtectedHeader({ alg: 'RSA-OAEP-256', enc, kid: 'hsm' })
        .encrypt(publicKey);
      expect(Buffer.from(await open(token, key)).equals(plaintext)).toBe(true);
    }
  });

  it('fails like any other key, whatever is wrong with the token', async () => {
    for (const enc of ['A128GCM', 'A128CBC-HS256']) {
      const parts = (
        await new CompactEncrypt(randomBytes(99))
          .setProtectedHeader({ alg: 'RSA-OAEP-256', enc, kid: 'hsm' })
          .encrypt(publicKey)
      ).split('.');
      for (const part of [1, 3, 4]) {
        const bytes = Buffer.from(parts[part] ?? '', 'base64url');
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        const bent = parts.with(part, bytes.toString('base64url')).join('.');
        expect(await codeOf(open(bent, key))).toBe('not-opened');
      }
    }
    const long = craft({ header: { ...gcm128, kid: 'hsm' }, cek: randomBytes(32), publicKey });
    expect(await codeOf(open(long, key))).toBe('not-opened');
  });

  it('says that the key could not be asked, and not that the token is bad, when its holder is gone', async () => {
    const gone = startHolder();
    gone.stop();
    await expect(open(await seal({}, encryptionKey(publicKey)), decryptionKey(gone))).rejects.toMatchObject({
      code: 'key-unavailable',
      hint: expect.stringContaining('HSM'),
    });
  });

  it('shows its id and size and nothing else', () => {
    expect(inspect(key)).toBe("DecryptionKey { kid: 'hsm', pinned: true, alg: 'RSA-OAEP-256', bits: 2048 }");
  });
});
