import { DIGEST_BYTES, KEY_BYTES } from '../../port/digests.ts';

/** Keys as a column. */
export function keyColumn(bytes: Uint8Array) {
  return { name: 'k', bytes, width: KEY_BYTES, type: 'key' } as const;
}

/** Digests as a column. */
export function digestColumn(bytes: Uint8Array) {
  return { name: 'd', bytes, width: DIGEST_BYTES, type: 'bytes' } as const;
}
