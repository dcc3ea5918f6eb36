/** A character of a text together with where it stands in the text. */
export interface Placed {
  readonly character: string;
  readonly start: number;
  readonly end: number;
}

/** How often a text may have been percent-encoded over and over and is still looked into. */
const DEPTH = 3;
/** Stands for a byte that is no UTF-8: neither a digit nor a letter of a number's surroundings. */
const OPAQUE = '\ufffd';

/** The characters of a text. */
export function characters(text: string): Placed[] {
  const placed: Placed[] = [];
  for (let start = 0; start < text.length; ) {
    const code = text.codePointAt(start) ?? 0;
    const end = start + (code > 0xffff ? 2 : 1);
    placed.push({ character: text.slice(start, end), start, end });
    start = end;
  }
  return placed;
}

/**
 * The characters with what is percent-encoded decoded, up to three times over; each keeps its place in the
 * text.
 */
export function percentDecoded(encoded: readonly Placed[]): readonly Placed[] {
  let current = encoded;
  for (let round = 0; round < DEPTH; round++) {
    const next = decodedOnce(current);
    if (next.length === current.length) break;
    current = next;
  }
  return current;
}

function decodedOnce(encoded: readonly Placed[]): Placed[] {
  const decoded: Placed[] = [];
  for (let index = 0; index < encoded.length; ) {
    const lead = byteAt(encoded, index);
    if (lead === undefined) {
      const placed = encoded[index];
      if (placed !== undefined) decoded.push(placed);
      index++;
      continue;
    }
    const { character, bytes } = utf8At(encoded, index, lead);
    const next = index + 3 * bytes;
    decoded.push({ character, start: encoded[index]?.start ?? 0, end: encoded[next - 1]?.end ?? 0 });
    index = next;
  }
  return decoded;
}

/** What the console's browser has, too. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The UTF-8 character that begins here, and how many encoded bytes it takes. */
function utf8At(
  encoded: readonly Placed[],
  index: number,
  lead: number,
): { readonly character: string; readonly bytes: number } {
  if (lead < 0x80) return { character: String.fromCharCode(lead), bytes: 1 };
  const bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const found = Array.from({ length: bytes }, (_, at) => byteAt(encoded, index + 3 * at) ?? 0);
  const character = utf8.decode(Uint8Array.from(found));
  return [...character].length === 1 && character !== OPAQUE
    ? { character, bytes }
    : { character: OPAQUE, bytes: 1 };
}

/** The byte of `%XX` here. */
function byteAt(encoded: readonly Placed[], index: number): number | undefined {
  if (encoded[index]?.character !== '%') return undefined;
  const hex = `${encoded[index + 1]?.character ?? ''}${encoded[index + 2]?.character ?? ''}`;
  return /^[\da-f]{2}$/i.test(hex) ? Number.parseInt(hex, 16) : undefined;
}
