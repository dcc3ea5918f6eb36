import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { closeSync, fdatasync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { HighWaterMark } from './sql/lineage.ts';

/** Where the high-water mark of a ledger is kept, outside the ledger's own folder. */
export interface MarkPlace {
  /** The configuration's state folder; made when it is not there. */
  readonly folder: string;
  /** Authenticates the mark. */
  readonly key: Uint8Array;
  /**
   * Whether to go on without a mark where the folder cannot be written: it is a default that nobody has asked
   * for.
   */
  readonly isOptional?: boolean;
}

const LEDGER_BYTES = 16;
const MAC_OFFSET = 32;
const MARK_BYTES = 64;
/**
 * Milliseconds between two times that the mark is forced to the disk; in between the system writes it when it
 * likes.
 */
const SYNC_MS = 1000;

/**
 * Files of 64 bytes: a ledger's id, its serial, and an HMAC of both. One is named after the ledger's address,
 * so that another ledger at the same address is noticed; the other after the ledger, so that a copy of it at
 * another address is.
 */
export function markFile({ folder, key, isOptional = false }: MarkPlace, address: string): HighWaterMark {
  const where = address.includes('://') ? address : resolve(address);
  const pathOf = (name: string) => join(folder, `${hash('sha256', name).slice(0, 32)}.mark`);
  const sign = (bytes: Uint8Array) =>
    createHmac('sha256', key).update(bytes.subarray(0, MAC_OFFSET)).digest();
  let file: number | undefined;
  let written: string | undefined;
  let synced = 0;
  let unwritable = false;
  return {
    read(ledger) {
      const bytes = readMark(pathOf(ledger ?? where), isOptional);
      // As a crash of the machine leaves a file whose content was not on the disk yet.
      if (bytes === undefined || bytes.every((byte) => byte === 0)) return undefined;
      if (bytes.length !== MARK_BYTES || !timingSafeEqual(sign(bytes), bytes.subarray(MAC_OFFSET)))
        return 'invalid';
      return {
        ledger: bytes.toString('hex', 0, LEDGER_BYTES),
        serial: Number(bytes.readBigUInt64LE(LEDGER_BYTES)),
      };
    },
    write(ledger, serial) {
      if (unwritable) return;
      const bytes = Buffer.alloc(MARK_BYTES);
      bytes.write(ledger, 'hex');
      bytes.writeBigUInt64LE(BigInt(serial), LEDGER_BYTES);
      sign(bytes).copy(bytes, MAC_OFFSET);
      try {
        if (written !== ledger) {
          if (file !== undefined) closeSync(file);
          file = undefined;
          const here = openMark(folder, pathOf(where));
          writeSync(here, bytes, 0, MARK_BYTES, 0);
          closeSync(here);
          file = openMark(folder, pathOf(ledger));
          written = ledger;
        }
      } catch (error) {
        if (!isOptional) throw error;
        unwritable = true;
        return;
      }
      if (file === undefined) return;
      writeSync(file, bytes, 0, MARK_BYTES, 0);
      if (performance.now() - synced < SYNC_MS) return;
      synced = performance.now();
      // A machine that loses power now loses the mark's last second, and notices less; it never notices what
      // is not so.
      fdatasync(file, () => undefined);
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
      written = undefined;
    },
  };
}

function readMark(path: string, isOptional: boolean): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isOptional || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Opened for reading and writing in place; made when it is not there. */
function openMark(folder: string, path: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return openSync(path, 'r+', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return openSync(path, 'wx+', 0o600);
  }
}
