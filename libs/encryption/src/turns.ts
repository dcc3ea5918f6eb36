import { setImmediate as turn } from 'node:timers/promises';

/**
 * Up to this many bytes take no longer than the RSA operation of their content key: nothing waits for them.
 */
export const shortBytes = 32_768;
/**
 * Bytes that are encrypted or decrypted in one go: a tenth of a millisecond. A multiple of three, so that the
 * base64url texts of several pieces make that of the whole.
 */
export const pieceBytes = 196_608;
/**
 * What is done before the event loop turns, in bytes encrypted: timers are late by a part of a millisecond.
 */
const bytesPerTurn = 524_288;

let spent = 0;
let turning: Promise<void> | undefined;

/** Counts work on the calling thread that takes as long as encrypting that many bytes. */
export function countWork(bytes: number): void {
  spent += bytes;
  turning ??= startAnew();
}

/**
 * Counts work that is about to be done. Undefined when it may be done at once; else a promise, which resolves
 * when the event loop has turned and it fits.
 */
export function admit(bytes: number): Promise<void> | undefined {
  if (!fits(bytes)) return waitedFor(bytes);
  countWork(bytes);
  return undefined;
}

async function startAnew(): Promise<void> {
  await turn();
  spent = 0;
  turning = undefined;
}

/** Something always fits into a turn that has just begun. */
function fits(bytes: number): boolean {
  return turning === undefined || spent + bytes <= bytesPerTurn;
}

/** Who waits longest comes first: the waiting resume in their order, and some of them wait again. */
async function waitedFor(bytes: number): Promise<void> {
  while (!fits(bytes)) await turning;
  countWork(bytes);
}
