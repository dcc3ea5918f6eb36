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
const openBracket = 0x5b;
const openBrace = 0x7b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

/** Counts brackets outside strings. All of JSON's own characters are ASCII, so bytes will do. */
function checkDepth(bytes: Uint8Array): void {
  const { length } = bytes;
  let depth = 0;
  for (let index = 0; index < length; index++) {
    const byte = bytes[index];
    if (byte === quote) {
      // To the end of the string.
      for (index++; index < length && bytes[index] !== quote; index++)
        if (bytes[index] === backslash) index++;
    } else if (byte === openBracket || byte === openBrace) {
      if (++depth > deepestJson) throw new TooDeepError(`JSON is nested deeper than ${deepestJson} levels`);
    } else if (byte === closeBracket || byte === closeBrace) depth--;
  }
}
