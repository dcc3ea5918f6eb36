/** Masks the way the provider's samples do: `J*** D**`, `r*****1@example.com`, `(***) ***-*895`. */

/** First letter of each word, the rest starred. */
export function maskWords(text: string): string {
  return text.replaceAll(/(?<=\S)\S/gu, '*');
}

/** First and last letter of the local part; the domain stays. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const local = Array.from(at < 0 ? email : email.slice(0, at));
  const domain = at < 0 ? '' : email.slice(at);
  const last = local.length > 2 ? (local.at(-1) ?? '') : '';
  return `${local[0] ?? ''}*****${last}${domain}`;
}

/** The last three digits. */
export function maskPhone(digits: string): string {
  return `(***) ***-*${digits.slice(-3)}`;
}

/** First six and last four digits, which is all of a number that the simulator ever keeps. */
export function maskPan(pan: string): { readonly panBin: string; readonly panLastFour: string } {
  return { panBin: pan.slice(0, 6), panLastFour: pan.slice(-4) };
}
