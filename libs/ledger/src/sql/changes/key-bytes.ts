/** A key as the database gives it: bytes, or the text of a UUID. */
export function bytesOf(key: unknown): Buffer {
  if (key instanceof Uint8Array) return Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return Buffer.from(String(key).replaceAll('-', ''), 'hex');
}
