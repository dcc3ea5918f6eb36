import { DIGEST_BYTES, KEY_BYTES, TWIN_BYTES } from '../../port/digests.ts';

/*
 * Keys, digests and the hashes of twins, taken four bytes at a time: searching and merging copies and
 * compares millions of them.
 */

/** Words in a key. */
export const KEY_WORDS = KEY_BYTES / 4;
/** Words in the digests of a record. */
export const DIGEST_WORDS = DIGEST_BYTES / 4;
/** Words in the hashes that two records may not share. */
export const TWIN_WORDS = TWIN_BYTES / 4;

/** Bytes as words of 4; copied where they do not stand on a border of words. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

/** Whether so many words from there on are all zero: a hash of nothing. */
export function isZero(words: Uint32Array, at: number, count: number): boolean {
  for (let word = 0; word < count; word++) if (words[at + word] !== 0) return false;
  return true;
}

/** A slot of so many words among others of the same width. */
export interface Slot {
  readonly words: Uint32Array;
  readonly slot: number;
}

/** Copies the words of one slot into another: `set` takes longer for so few. */
export function copySlot(from: Slot, to: Slot, width: number): void {
  const [at, into] = [from.slot * width, to.slot * width];
  for (let word = 0; word < width; word++) to.words[into + word] = from.words[at + word] ?? 0;
}
