import { maskCardNumbers, maskDigits, maskLongNumbers, replaceUnprintable } from '@enrollkit/base';
import type { ColumnTarget } from '../load/input/columns.ts';

const INTERNATIONAL = /^\s*(?:\+|00)/;

/**
 * A value as it may stand in a rejections file: no PAN, whole or damaged, and no control character, so that
 * showing the file on a terminal is safe. What was replaced is refused again when the file is run without a
 * correction.
 *
 * `target`: what the column is known to hold; undefined when the row's cells may have slipped into other
 * columns.
 */
export function redacted(value: string, target: ColumnTarget | undefined): string {
  return replaceUnprintable(withoutPan(value, target), '\ufffd');
}

function withoutPan(value: string, target: ColumnTarget | undefined): string {
  if (target === 'pan') return maskDigits(value);
  if (target === undefined) return maskLongNumbers(value);
  if (target === 'mobile' && INTERNATIONAL.test(value)) return value;
  return maskCardNumbers(value);
}
