const ZERO = 48;

/**
 * Whether the digits pass the Luhn check (ISO/IEC 7812-1, annex B). The text must be digits only; anything else
 * gives false, and so does an empty text.
 */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = digits.length - 1, even = false; index >= 0; index--, even = !even) {
    let digit = digits.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) return false;
    if (even) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** The digit that makes `digits` plus itself pass {@link luhn}. */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let index = digits.length - 1, even = true; index >= 0; index--, even = !even) {
    const digit = digits.charCodeAt(index) - ZERO;
    sum += even ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return String((10 - (sum % 10)) % 10);
}

/**
 * A PAN as it may be shown and stored: the first six and the last four digits, the rest as `*` (PCI DSS 3.4.1).
 * A text shorter than 12 characters is masked whole, since ten of its digits would leave nothing hidden.
 */
export function mask(pan: string): string {
  if (pan.length < 12) return '*'.repeat(pan.length);
  return pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4);
}

/** At least 12 digits with at most a space or a hyphen, in clear or percent-encoded, between two of them. */
const DIGIT_RUN = /\d(?:(?:[ -]|%20|%2D)?\d){11,}/gi;

/**
 * The text with every run of digits masked that could be or hide a PAN: 12 to 19 digits that pass Luhn, or more digits
 * than a PAN has; spaces and hyphens may stand between them, in clear or percent-encoded. For texts of which we do not
 * know what they hold.
 */
export function maskPansIn(text: string): string {
  return text.replace(DIGIT_RUN, (run: string, at: number) => {
    // The first digits may be the end of an encoded character.
    for (const ofAnother of new Set([0, encodedBefore(text, at)])) {
      const digits = run.slice(ofAnother).replace(/[ -]|%20|%2D/gi, '');
      if (digits.length > 19 || (digits.length >= 12 && luhn(digits)))
        return run.slice(0, ofAnother) + mask(digits);
    }
    return run;
  });
}

/** How many characters from here on belong to a percent-encoded one that begins before. */
function encodedBefore(text: string, at: number): number {
  if (text[at - 1] === '%') return 2;
  return /%[A-F]$/i.test(text.slice(Math.max(0, at - 2), at)) ? 1 : 0;
}
