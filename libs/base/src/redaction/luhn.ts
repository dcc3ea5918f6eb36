const ZERO = 48;

/**
 * Whether the digits pass the Luhn check (ISO/IEC 7812-1, annex B). The text must be ASCII digits only;
 * anything else gives false, and so does an empty text.
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
