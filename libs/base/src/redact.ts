/** Longest text of somebody else's that is repeated, in characters. */
export const longestText = 300;

/**
 * A card number as it may be shown and stored: the first six and the last four digits, the rest as `*` (PCI DSS
 * 3.4.1). A text shorter than 12 characters is masked whole, since ten of its digits would leave nothing hidden.
 */
export function maskPan(pan: string): string {
  if (pan.length < 12) return '*'.repeat(pan.length);
  return pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4);
}

/** Control and format characters and both line separators: each run becomes a space. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** A text of somebody else's on one line, bounded; the maskings of the other packages are brought together here next. */
export function redactText(text: string): string {
  return text.replaceAll(unprintable, ' ').slice(0, longestText);
}
