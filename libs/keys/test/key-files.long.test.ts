import { spawnSync } from 'node:child_process';
import * as crypto from 'node:crypto';
import { createPrivateKey } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { temporaryFolder } from '@enrollkit/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { KeyError, readPrivateKey, readPublicKey } from '../src/index.ts';
import { keyFiles } from './key-file-table.ts';
import { type KeyFile, Maker, password } from './key-files.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const maker = new Maker(folder.path);

/** How many of the files each reader opens. */
const opened = { ours: 0, openssl: 0, node: 0 };

/** Whether OpenSSL's command, with its default provider, gets a key out of the file. */
function opensslOpens(file: string, { password = '' }: NonNullable<KeyFile['options']>): boolean {
  const command =
    file.endsWith('.p12') || file.endsWith('.store') ? ['pkcs12', '-nodes', '-nocerts'] : ['pkey'];
  const { status, stdout } = spawnSync('openssl', [...command, '-in', file, '-passin', `pass:${password}`]);
  return status === 0 && stdout.includes('PRIVATE KEY');
}

/** Whether node:crypto alone gets a key out of it. */
function nodeOpens(file: string, { password = '' }: NonNullable<KeyFile['options']>): boolean {
  const { parsePKCS12 } = crypto as {
    parsePKCS12?: (bytes: Uint8Array, options: object) => { privateKey: unknown };
  };
  const attempts = [
    () => createPrivateKey({ key: readFileSync(file), format: 'pem', passphrase: password }),
    () => createPrivateKey({ key: readFileSync(file), format: 'der', type: 'pkcs8', passphrase: password }),
    () => createPrivateKey({ key: readFileSync(file), format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key: readFileSync(file), format: 'der', type: 'sec1' }),
    () => {
      if (!parsePKCS12?.(readFileSync(file), { passphrase: password }).privateKey) throw new Error('no key');
    },
  ];
  return attempts.some((attempt) => {
    try {
      attempt();
      return true;
    } catch {
      return false;
    }
  });
}

describe('a private key file of the field is read, or refused with the right code', () => {
  it.each(keyFiles)('$name: $outcome', async ({ make, options = {}, outcome }) => {
    const file = make(maker);
    const found = await readPrivateKey({ file }, options).then(
      () => 'read',
      (error: unknown) =>
        error instanceof KeyError && error.hint !== '' ? error.code : `untyped: ${String(error)}`,
    );
    const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    opened.ours += found === 'read' ? 1 : 0;
    opened.openssl += isFile && opensslOpens(file, options) ? 1 : 0;
    opened.node += isFile && nodeOpens(file, options) ? 1 : 0;
    expect(found).toBe(outcome);
  });

  it('are sixty and more, and more of them open here than in OpenSSL or in Node alone', async ({
    annotate,
  }) => {
    expect(keyFiles.length).toBeGreaterThanOrEqual(60);
    await annotate(`of ${keyFiles.length} key files opened: ${JSON.stringify(opened)}`);
    expect(opened.ours).toBeGreaterThan(opened.openssl);
    expect(opened.ours).toBeGreaterThan(opened.node);
  });
});

describe('a public key in a chain of certificates', () => {
  const spkiOf = async (...names: string[]): Promise<string> =>
    (await readPublicKey({ text: names.map((name) => maker.text(name)).join('\n') })).publicKeySha256;

  it('is that of the last certificate, wherever it stands', async () => {
    const leaf = await spkiOf('public.pem');
    expect(await spkiOf('cert.pem', 'ca.pem')).toBe(leaf);
    expect(await spkiOf('ca.pem', 'cert.pem')).toBe(leaf);
    expect(await spkiOf('public.pem', 'cert.pem')).toBe(leaf);
  });

  it('is not chosen by chance where the certificates are no chain', async () => {
    maker.openssl('req', '-x509', '-key', 'ca.key', '-out', 'other.pem', '-subj', '/CN=other', '-days', '1');
    await expect(spkiOf('cert.pem', 'other.pem')).rejects.toMatchObject({ code: 'several-keys' });
    await expect(spkiOf('public.pem', 'ca.pem')).rejects.toMatchObject({ code: 'several-keys' });
  });
});

describe('a certificate that was renewed for the same key', () => {
  const renew = (name: string, days: string): void =>
    maker.openssl('req', '-x509', '-key', 'key.pem', '-out', name, '-subj', '/CN=leaf', '-days', days);
  renew('short.pem', '10');
  renew('long.pem', '5000');
  const longest = new crypto.X509Certificate(maker.text('long.pem')).validTo;
  const orders = [
    ['short.pem', 'long.pem'],
    ['long.pem', 'short.pem'],
  ] as const;

  it.each(orders)('counts by the one that is valid for longest in a PEM: %s, %s', async (...names) => {
    const chain = names.map((name) => maker.text(name)).join('');
    const key = await readPublicKey({ text: chain });
    expect(key.notAfter).toEqual(new Date(longest));
    expect((await readPrivateKey({ text: chain + maker.text('key.pem') })).notAfter).toEqual(key.notAfter);
  });

  it.each(orders)('counts by the same one in a P12, whoever opens it: %s, %s', async (first, second) => {
    const extra = maker.written('pem', maker.text(second));
    const file = maker.p12(['-in', first, '-certfile', extra, '-name', 'own']);
    for (const alias of [undefined, 'own'])
      expect((await readPrivateKey({ file }, { password, ...(alias && { alias }) })).notAfter).toEqual(
        new Date(longest),
      );
  });
});
