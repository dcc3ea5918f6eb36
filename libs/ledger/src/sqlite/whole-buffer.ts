/** The memory behind bytes, to be moved to another thread; none when others may use a part of it. */
export function wholeBuffer(bytes: Uint8Array | undefined): ArrayBuffer[] {
  return bytes?.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
    ? [bytes.buffer]
    : [];
}
