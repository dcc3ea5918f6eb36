import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@enrollkit/testkit';
import { afterAll } from 'vitest';
import { KeyError } from '../src/index.ts';

export const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

export const password = 'p4ssw0rd-zäh';
export const rsaSha256 = '9bdcf66419ddef5f03e6e4e8c7314fa092a48e22b35e325a10acba3b24a20741';
export const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);

/** A copy only its owner can read, as key files are kept. */
export function kept(name: string): string {
  const path = folder.file(name);
  copyFileSync(fixture(name), path);
  chmodSync(path, 0o600);
  return path;
}

export async function failure(action: Promise<unknown>): Promise<KeyError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KeyError)) throw new Error(`expected a KeyError, got ${String(error)}`);
  return error;
}
