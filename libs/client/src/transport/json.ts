/** Levels of arrays and objects in an answer at most: the contract's deepest answer has seven. */
export const deepestJson = 64;

/**
 * The text is JSON, but nested deeper than `deepestJson`: building it could take a hundred times its size in
 * memory.
 */
class TooDeepError extends Error {}

/**
 * Parses JSON (UTF-8) whose depth is bounded. Throws what `JSON.parse` throws, or an error when it is too
 * deep.
 */
export function parseJson(bytes: Uint8Array): unknown {
  checkDepth(bytes);
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
}

const quote = 0x22;
const backslash = 0x5c;
/** `[` and `{`, which differ in one bit; their closing brackets are two above. */
const opening = [0x5b, 0x7b] as const;

/** Counts brackets outside strings. All of JSON's own characters are ASCII, so bytes will do. */
function checkDepth(bytes: Uint8Array): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === backslash) index++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === opening[0] || byte === opening[1]) {
      if (++depth > deepestJson) throw new TooDeepError(`JSON is nested deeper than ${deepestJson} levels`);
    } else if (byte === opening[0] + 2 || byte === opening[1] + 2) depth--;
  }
}
