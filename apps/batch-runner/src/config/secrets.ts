import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { RunnerError } from '../errors.ts';

const KEY_BYTES = 32;

/**
 * Reads a secret of one line from a file that only its owner may read. Throws `RunnerError`
 * `secret-unreadable`.
 */
export function readSecretFile(file: string, setting: string): string {
  refuseOpenFile(file, setting);
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw unreadable(file, setting, error);
  }
}

/**
 * The key of the fingerprints: 32 random bytes as 64 hex digits. Created on first use, since a ledger cannot
 * do without it. Throws `RunnerError` `secret-unreadable`.
 */
export function fingerprintKey(given: string | undefined, file: string): Uint8Array {
  if (given !== undefined) return parseKey(given, 'ledger.fingerprintKey');
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, `${randomBytes(KEY_BYTES).toString('hex')}\n`);
    closeSync(handle);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unreadable(file, 'ledger.fingerprintKeyFile', error);
  }
  return parseKey(readSecretFile(file, 'ledger.fingerprintKeyFile'), 'ledger.fingerprintKeyFile');
}

function parseKey(text: string, setting: string): Uint8Array {
  if (/^[0-9a-fA-F]{64,}$/.test(text) && text.length % 2 === 0) return Buffer.from(text, 'hex');
  throw new RunnerError(
    'secret-unreadable',
    `${setting}: expected at least 64 hex digits, found ${text.length} characters of something else`,
    { hint: 'create one with: openssl rand -hex 32' },
  );
}

/** Throws `RunnerError` `secret-unreadable` for a file that others can read, or that does not exist. */
export function refuseOpenFile(file: string, setting: string): void {
  try {
    const { mode } = statSync(file);
    if ((mode & 0o077) === 0 || process.platform === 'win32') return;
  } catch (error) {
    throw unreadable(file, setting, error);
  }
  throw new RunnerError('secret-unreadable', `${setting}: ${file} can be read by others`, {
    hint: `chmod 600 ${file}`,
  });
}

function unreadable(file: string, setting: string, cause: unknown): RunnerError {
  const code = codeOf(cause);
  return new RunnerError('secret-unreadable', `${setting}: ${file} cannot be read (${code})`, {
    hint:
      code === 'EISDIR'
        ? 'name a file: this is a directory'
        : 'check the path, which is relative to the config file, and who may read it',
    cause,
  });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason';
}
