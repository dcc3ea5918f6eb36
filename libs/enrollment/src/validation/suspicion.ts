const SUSPECT = 1;
const DIGIT = 2;

/** ASCII that damage is made of. */
const ascii = new Uint8Array(128);
for (let code = 0; code < 0x20; code++) ascii[code] = SUSPECT;
for (const character of '?&<\\%=+"#\u007f') ascii[character.charCodeAt(0)] = SUSPECT;
for (const character of '0123456789') ascii[character.charCodeAt(0)] = DIGIT;

/** First characters of the words below, and of a spreadsheet's marks. */
const starts = new Uint8Array(128);
for (const character of "nNuUtTxX-.(['@0123456789") starts[character.charCodeAt(0)] = 1;

/** Words that stand for no value; the rules say how surely. */
const words = new Set(
  [
    'null',
    'none',
    'nil',
    'nan',
    'test',
    'unknown',
    'undefined',
    'n/a',
    'n.a.',
    'tbd',
    'x',
    'nullptr',
  ].flatMap((word) => [word, word.toUpperCase(), word.slice(0, 1).toUpperCase() + word.slice(1), 'NaN']),
);
const LONGEST_WORD = 9;
const QUOTE = 0x27;
/** Fewest digits of a card number. */
const PAN_MIN = 12;

/**
 * Whether a text may show any damage, a control character or a card number. Most texts do not, and this one
 * pass over them costs a tenth of the rules.
 */
export function isSuspicious(text: string): boolean {
  const { length } = text;
  let marks = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 128) {
      const mark = ascii[code] ?? 0;
      if (mark === SUSPECT) return true;
      marks += mark;
    } else if (isSuspect(code, text.charCodeAt(index + 1))) return true;
  }
  if (marks >= PAN_MIN * DIGIT) return true;
  const first = text.charCodeAt(0);
  return first < 128 && starts[first] !== 0 && startsSuspiciously(text, first);
}

function startsSuspiciously(text: string, first: number): boolean {
  if (ascii[first] === DIGIT) return isOddNumber(text, first);
  if (first > 0x40 && first !== 0x5b) return text.length <= LONGEST_WORD && isWord(text);
  return first === QUOTE || first === 0x40 || text.length <= LONGEST_WORD || first === 0x5b;
}

function isWord(text: string): boolean {
  return words.has(text) || text.charCodeAt(0) === text.charCodeAt(text.length - 1);
}

/** `0`, `12.0`, `1.5E+10`, `1E5`: not a house number, not a postal code. */
function isOddNumber(text: string, first: number): boolean {
  const second = text.charCodeAt(1);
  if (second >= 0x30 && second <= 0x39) return isPoint(text.charCodeAt(text.length - 2));
  return isPoint(second) || second === 0x45 || (first === 0x30 && text.length === 1);
}

function isPoint(code: number): boolean {
  return code === 0x2e || code === 0x2c;
}

/**
 * A character beyond ASCII with the one behind it: pairs that words of some language are made of are not
 * suspect.
 */
function isSuspect(code: number, next: number): boolean {
  if (code < 0xc2) return code < 0xa0;
  // The first byte of a UTF-8 character read as Latin-1 or Windows-1252, with one of its other bytes.
  if (code <= 0xf4) return next > 0x7f ? next < 0xc0 || isOfWindows(next) : isHalf(code);
  if (code < 0x660) return isSuspectLetter(code, next);
  if (code < 0x2000) return isOtherDigit(code);
  return code < 0x2c00 || code >= 0xd800;
}

/** One of them whose other byte may have been dropped. */
function isHalf(code: number): boolean {
  return code === 0xc2 || code === 0xc3 || code === 0xc5;
}

/** Beyond Latin-1, the characters of Windows-1252's bytes 80 to 9F. */
function isOfWindows(code: number): boolean {
  if (code < 0x2c6)
    return code === 0x160 || code === 0x161 || code === 0x17d || code === 0x17e || isRareOfWindows(code);
  return code < 0x2123 && (code >= 0x2000 || code === 0x2c6 || code === 0x2dc);
}

function isRareOfWindows(code: number): boolean {
  return code === 0x152 || code === 0x153 || code === 0x178 || code === 0x192;
}

/** The same in Windows-1250 (0102, 0139) and -1251, and a Latin letter behind one of another script. */
function isSuspectLetter(code: number, next: number): boolean {
  if (code === 0x102 || code === 0x139) return next > 0x7f;
  if (code === 0x413 || code === 0x420 || code === 0x421)
    return next > 0x7f ? next < 0x410 || next > 0x44f : next >= 0x41 && next < 0x7b;
  if (code < 0x370) return code === 0x192;
  return code === 0x432 ? next === 0x402 || next < 0x7b : next >= 0x41 && next < 0x7b;
}

/** Decimal digits of Arabic, Persian and Indic scripts: a card number may be written in them. */
function isOtherDigit(code: number): boolean {
  if (code < 0x966) return code <= 0x669 || (code >= 0x6f0 && code <= 0x6f9);
  return code < 0xd80 && (code & 0x7f) >= 0x66 && (code & 0x7f) <= 0x6f;
}
