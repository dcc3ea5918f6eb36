import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where the conformance vectors lie: `ENROLLKIT_VECTORS`, or `shared/vectors` beside the repository or any
 * folder above it.
 */
export const vectorFolder: string | undefined = findFolder();

if (vectorFolder === undefined) {
  process.stderr.write(
    'WARNING: conformance vectors not found (set ENROLLKIT_VECTORS): NO published vector was checked\n',
  );
}

/** The cases of one vector file; none when the vectors are absent, for use where tests are collected. */
export function casesOf<T>(name: string, list = 'cases'): readonly T[] {
  return vectorFolder === undefined
    ? []
    : (readVectors<Readonly<Record<string, readonly T[]>>>(name)[list] ?? []);
}

/** Reads one vector file. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readVectorText(name)) as T;
}

/** The signing key of Mastercard's own test suites. */
export function signingKeys(): { privateKey: KeyObject; publicKey: KeyObject; pem: string } {
  const pem = readVectorText('keys/mc-oauth1-signing.private.pkcs8.pem');
  return {
    privateKey: createPrivateKey(pem),
    publicKey: createPublicKey(readVectorText('keys/mc-oauth1-signing.cert.pem')),
    pem,
  };
}

function readVectorText(name: string): string {
  if (vectorFolder === undefined) throw new Error('conformance vectors not found');
  return readFileSync(join(vectorFolder, name), 'utf8');
}

function findFolder(): string | undefined {
  const named = process.env['ENROLLKIT_VECTORS'];
  if (named !== undefined) return named;
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'shared', 'vectors');
    if (existsSync(join(candidate, 'oauth1-base-strings.json'))) return candidate;
  }
  return undefined;
}
