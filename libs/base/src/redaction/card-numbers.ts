import { characters, percentDecoded } from './decoded.ts';
import { type DigitRun, digitRuns } from './digit-runs.ts';
import { digitValue } from './digits.ts';
import { exceptIds } from './ids.ts';
import { luhn } from './luhn.ts';

/** Fewest and most digits of a card number (ISO/IEC 7812-1; fewer than 13 were issued by Maestro). */
const MIN = 12;
const MAX = 19;
/** A number is written in no more groups than this, unless its digits stand one by one. */
const MOST_GROUPS = 6;
const MASTERCARD_LENGTH = 16;
const TWELVE_DIGITS = /(?:[\p{N}%][^\p{N}%]*){12}/u;
/** A Mastercard number by its first digits: 51 to 55 and 2221 to 2720. */
const mastercard = /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/;

/**
 * A card number as it may be shown and stored: the first six and the last four digits, the rest as `*` (PCI
 * DSS 3.4.1). A text shorter than 12 characters is masked whole, since ten of its digits would leave nothing
 * hidden.
 */
export function maskPan(pan: string): string {
  if (pan.length < MIN) return '*'.repeat(pan.length);
  return pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4);
}

/**
 * Masks every digit of a text that is meant to be a card number, however damaged, in its place: of 12 digits
 * and more the first six and the last four stay, of fewer none.
 */
export function maskDigits(text: string): string {
  const placed = characters(text);
  const count = placed.filter(({ character }) => digitValue(character) !== undefined).length;
  let seen = 0;
  return placed
    .map(({ character }) => {
      if (digitValue(character) === undefined) return character;
      seen++;
      return count >= MIN && (seen <= 6 || seen > count - 4) ? character : '*';
    })
    .join('');
}

/**
 * Masks the card numbers in a text of which nothing else is known: 12 to 19 digits that pass the Luhn check,
 * more digits in one piece than a card number has, and a Mastercard number inside other digits. The digits
 * may be of any script, with any separators, percent-encoded or not. UUIDs, hex ids, key ids that begin with
 * a timestamp and times stay readable. The first six and the last four digits of each number stay. Linear in
 * the text's length.
 */
export function maskCardNumbers(text: string): string {
  return exceptIds(text, (part) => {
    const hidden = numbersIn(part, cardNumbersOf).flatMap((places) => places.slice(6, -4));
    return replaceSpans(part, hidden, '*');
  });
}

/**
 * Masks every run of 12 and more digits, whether or not it passes the Luhn check: for texts that may hold a
 * damaged number. Otherwise as {@link maskCardNumbers}.
 */
export function maskLongNumbers(text: string): string {
  return exceptIds(text, (part) => {
    const hidden = numbersIn(part, longNumbersOf).flatMap((places) => places.slice(6, -4));
    return replaceSpans(part, hidden, '*');
  });
}

/** Replaces every run of 12 and more digits, whether or not it passes the Luhn check. */
export function replaceLongNumbers(text: string, replacement: string): string {
  return exceptIds(text, (part) => {
    const spans = numbersIn(part, longNumbersOf).map((places) => ({
      start: places[0]?.start ?? 0,
      end: places.at(-1)?.end ?? 0,
    }));
    return replaceSpans(part, spans, replacement);
  });
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** From which digit of a run to which it is a number; the second is excluded. */
type Extent = readonly [start: number, end: number];

/**
 * Where the digits of each number stand, in the text as it is written and as it reads when percent-decoded.
 */
function numbersIn(text: string, find: (run: DigitRun) => readonly Extent[]): (readonly Span[])[] {
  if (!TWELVE_DIGITS.test(text)) return [];
  const written = characters(text);
  const readings = text.includes('%') ? [written, percentDecoded(written)] : [written];
  return readings.flatMap((reading) =>
    digitRuns(reading, MIN).flatMap((run) => find(run).map(([start, end]) => run.places.slice(start, end))),
  );
}

/** Spans that overlap are replaced once. */
function replaceSpans(text: string, spans: readonly Span[], replacement: string): string {
  let replaced = '';
  let at = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    if (start >= at) replaced += text.slice(at, start) + replacement;
    at = Math.max(at, end);
  }
  return replaced + text.slice(at);
}

function longNumbersOf({ digits }: DigitRun): readonly Extent[] {
  return [[0, digits.length]];
}

function cardNumbersOf(run: DigitRun): readonly Extent[] {
  return [...groupedNumbers(run), ...mastercardNumbers(run)];
}

/**
 * Whole groups: one that is too long for a card number, a few that pass the Luhn check together, or single
 * digits.
 */
function groupedNumbers({ digits, groups }: DigitRun): Extent[] {
  const found: Extent[] = [];
  for (let start = 0; start < digits.length; start++) {
    const group = groups[start] ?? 0;
    if (start > 0 && groups[start - 1] === group) continue;
    if (groups[start + MAX] === group) found.push([start, endOfGroup(groups, start + MAX)]);
    for (let end = start + MIN; end <= Math.min(start + MAX, digits.length); end++) {
      const last = groups[end - 1] ?? 0;
      if (groups[end] === last) continue;
      const count = last - group + 1;
      if (count > MOST_GROUPS && count < end - start) break;
      if (luhn(digits.slice(start, end))) found.push([start, end]);
    }
  }
  return found;
}

function endOfGroup(groups: readonly number[], inside: number): number {
  let end = inside;
  while (end < groups.length && groups[end] === groups[inside]) end++;
  return end;
}

/**
 * Sixteen digits that begin as Mastercard's do and pass the Luhn check, even in the middle of other digits.
 */
function mastercardNumbers({ digits }: DigitRun): Extent[] {
  const found: Extent[] = [];
  for (let start = 0; start + MASTERCARD_LENGTH <= digits.length; start++) {
    const number = digits.slice(start, start + MASTERCARD_LENGTH);
    if (mastercard.test(number) && luhn(number)) found.push([start, start + MASTERCARD_LENGTH]);
  }
  return found;
}
