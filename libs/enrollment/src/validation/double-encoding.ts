/** A code page in which UTF-8 is misread, and how surely a run of its characters shows that. */
interface CodePage {
  readonly name: string;
  readonly label: string;
  /**
   * The characters of the bytes 80 to FF that say nothing: real words of its languages put them side by side.
   */
  readonly harmless: RegExp;
}

const NONE = /(?!)/;

/** Windows-1252 covers Latin-1: its five free bytes are read as Latin-1's control characters. */
const codePages: readonly CodePage[] = [
  { name: 'Windows-1252 or Latin-1', label: 'windows-1252', harmless: /^[ÉÍÝÓÒÈÊÇ][ŠŽšžŒœŸªºƒ]$/u },
  {
    name: 'Windows-1250',
    label: 'windows-1250',
    harmless: /^(?:[ĂÂ][ŞşŤťŢţ]|[ÄĹ][ŤťŠšŽžĽľ])$/u,
  },
  { name: 'Windows-1251', label: 'windows-1251', harmless: /^.{1,3}$/u },
  { name: 'Windows-1254', label: 'windows-1254', harmless: /^[ÇÖÜİĞŞ][ŞşŠšŽž]$/u },
  { name: 'Mac Roman', label: 'macintosh', harmless: NONE },
];

/** Letters, marks and punctuation that UTF-8 files of people hold: what a misread text must decode to. */
const PLAUSIBLE =
  /^[\u00a0-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u0370-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff\u1e00-\u1fff\u2010-\u2026\u3000-\u9fff\uac00-\ud7af\u{1f000}-\u{1faff}]+$/u;
const RUN = /[^\0-\x7f]{2,}/gu;
const MIXED = /[A-Za-z]/;

/** By label, the byte of each character; made when first needed. */
const reverse = new Map<string, ReadonlyMap<string, number>>();

/** Where a text shows UTF-8 that was read in another code page and saved again. */
export interface DoubleEncoding {
  /** Index of the UTF-16 unit at which it begins. */
  readonly at: number;
  /** The code page. */
  readonly codePage: string;
}

/**
 * Finds UTF-8 that was read as an older encoding and saved as UTF-8 again: a run of characters whose bytes in
 * that encoding are whole UTF-8 characters, of a kind that stands in names and addresses. Double encoding
 * done twice is found, too.
 */
export function doubleEncodingIn(text: string): DoubleEncoding | undefined {
  for (const run of text.matchAll(RUN)) {
    const before = text[run.index - 1] ?? '';
    const after = text[run.index + run[0].length] ?? '';
    for (const page of codePages) {
      if (!isMisread(run[0], page)) continue;
      // Cyrillic pairs can be UTF-8 by chance: alone in a word they prove nothing, inside a Latin word they
      // do.
      const isMixed = MIXED.test(before) || MIXED.test(after);
      if (page.harmless.test(run[0]) && !(page.label === 'windows-1251' && isMixed)) continue;
      return { at: run.index, codePage: page.name };
    }
  }
  return undefined;
}

function isMisread(run: string, { label }: CodePage): boolean {
  const bytes = bytesOf(run, label);
  if (bytes === undefined) return label === 'windows-1252' && holdsMisread(run);
  const decoded = decodedWhole(bytes);
  return decoded !== undefined ? PLAUSIBLE.test(decoded) : label === 'windows-1252' && holdsMisread(run);
}

/** Pairs of Latin-1 that no language writes side by side, inside a run that is not misread as a whole. */
function holdsMisread(run: string): boolean {
  return /[\u00c2\u00c3][\u00a1-\u00b9\u00bb-\u00bf]|\u00e2\u20ac[\u0153\u009d\u02dc\u2122\u201c\u201d\u2013\u00a6]/u.test(
    run,
  );
}

function decodedWhole(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function bytesOf(run: string, label: string): Uint8Array | undefined {
  const table = tableOf(label);
  const bytes: number[] = [];
  for (const character of run) {
    const byte = table.get(character);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function tableOf(label: string): ReadonlyMap<string, number> {
  const known = reverse.get(label);
  if (known !== undefined) return known;
  const decoder = new TextDecoder(label);
  const table = new Map<string, number>();
  // Where an encoding has no character, some programs make a control character.
  for (let byte = 0x80; byte <= 0x9f; byte++) table.set(String.fromCharCode(byte), byte);
  for (let byte = 0x80; byte <= 0xff; byte++) table.set(decoder.decode(Uint8Array.of(byte)), byte);
  reverse.set(label, table);
  return table;
}
