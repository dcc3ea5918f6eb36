const decimalDigit = /\p{Nd}/u;
const otherNumber = /\p{No}/u;
const values = new Map<string, number>();

/**
 * The value of a decimal digit of any script, 0 to 9, or undefined for any other character. Superscripts,
 * circled digits and the like count by their compatibility form (Unicode NFKC).
 */
export function digitValue(character: string): number | undefined {
  const code = character.charCodeAt(0);
  if (code < 0x80) return code >= 0x30 && code <= 0x39 ? code - 0x30 : undefined;
  const known = values.get(character);
  if (known !== undefined) return known;
  const value = valueOf(character);
  if (value !== undefined) values.set(character, value);
  return value;
}

function valueOf(character: string): number | undefined {
  if (otherNumber.test(character)) {
    const plain = character.normalize('NFKC');
    return /^\d$/.test(plain) ? Number(plain) : undefined;
  }
  if (!decimalDigit.test(character)) return undefined;
  // The digits of a script are ten code points in order, and blocks of ten may follow each other.
  const code = character.codePointAt(0) ?? 0;
  let first = code;
  while (decimalDigit.test(String.fromCodePoint(first - 1))) first--;
  return (code - first) % 10;
}
