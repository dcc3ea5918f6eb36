import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Block } from './format.ts';
import type { Container } from './material.ts';

/** How node:crypto names each DER container. */
const derTypes = {
  'pkcs1-der': 'pkcs1',
  'pkcs8-der': 'pkcs8',
  'pkcs8-encrypted-der': 'pkcs8',
  'sec1-der': 'sec1',
  'spki-der': 'spki',
  'pkcs1-public-der': 'pkcs1',
} as const;

/** The type by which node:crypto reads a DER container; undefined for PEM, which says it itself. */
export function derTypeOf(container: Container): (typeof derTypes)[keyof typeof derTypes] | undefined {
  return Object.entries(derTypes).find(([name]) => name === container)?.[1];
}

/**
 * The private key in a block by node:crypto, on the calling thread; undefined when it reads none. The
 * password may have come out of a file, with the newline at its end.
 */
export function privateKeyIn(
  { container, bytes }: Block,
  password: string | undefined,
): KeyObject | undefined {
  const key = Buffer.from(bytes);
  const type = derTypeOf(container);
  // An empty passphrase instead of none keeps OpenSSL from asking on the terminal.
  for (const passphrase of new Set([password ?? '', (password ?? '').replace(/\r?\n$/, '')])) {
    try {
      return createPrivateKey(
        type === undefined
          ? { key, format: 'pem', passphrase }
          : { key, format: 'der', type: type === 'spki' ? 'pkcs8' : type, passphrase },
      );
    } catch {
      // The next one, or none.
    }
  }
  return undefined;
}
