import { maskPansIn } from '@enrollkit/enrollment';
import type { ColumnTarget } from '../load/input/columns.ts';

/** Shorter runs of digits are no PAN. */
const PAN_MIN = 12;
const LONG_RUN = /\d(?:[ -]?\d){11,}/g;
const INTERNATIONAL = /^\s*(?:\+|00)/;
const CONTROL = /[\p{Cc}\u2028\u2029\p{Cs}]/gu;

/**
 * A value as it may stand in a rejections file: no PAN, whole or damaged, and no control character, so that showing the
 * file on a terminal is safe. What was replaced is refused again when the file is run without a correction.
 *
 * `target`: what the column is known to hold; undefined when the row's cells may have slipped into other columns.
 */
export function redacted(value: string, target: ColumnTarget | undefined): string {
  return withoutPan(value, target).replace(CONTROL, '\ufffd');
}

function withoutPan(value: string, target: ColumnTarget | undefined): string {
  if (target === 'pan') return maskDigits(value);
  if (target === undefined) return value.replace(LONG_RUN, maskDigits);
  if (target === 'mobile' && INTERNATIONAL.test(value)) return value;
  return maskPansIn(value);
}

/** First six and last four digits stay, whatever stands between them; of fewer than twelve digits none. */
function maskDigits(value: string): string {
  const digits = value.replace(/\D/g, '').length;
  let seen = 0;
  return value.replace(/\d/g, (digit) => {
    seen++;
    return digits >= PAN_MIN && (seen <= 6 || seen > digits - 4) ? digit : '*';
  });
}
