import type { FixedShape } from './fixed.ts';

/** What the first record of a file begins with when it is a header. */
const HEADER = /^\s*(?:HDR|HEADER|HEAD|HD|FHDR|FH|H|BOF|BEGIN|START|0{1,3}|0*1)(?![A-Za-z])/;
/** A header fills few of the places of a row. */
const MOST_FILLED = 0.5;
/** Blank, or digits of something shorter. */
const NO_CARD_NUMBER = /^\s*\d{0,11}\s*$/;
const CARD_NUMBER = /\d(?:[ -]?\d){11}/;

/**
 * Whether the first line of a file of fixed width is its header record: it is called so, fills at most half
 * of the fields, and has neither an e-mail address nor a number at the place of the card number; and the
 * second line has one.
 */
export function isHeaderRecord([first = '', second = '']: readonly string[], shape: FixedShape): boolean {
  const pan = shape.columns.find(({ field }) => field === 'pan');
  if (pan === undefined || !HEADER.test(first) || first.includes('@')) return false;
  const filled = shape.columns.filter(({ start, end }) => first.slice(start, end).trim() !== '').length;
  return (
    filled <= shape.columns.length * MOST_FILLED &&
    NO_CARD_NUMBER.test(first.slice(pan.start, pan.end)) &&
    CARD_NUMBER.test(second.slice(pan.start, pan.end))
  );
}
