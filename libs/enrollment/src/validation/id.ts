import { luhn } from '@enrollkit/base';
import { hasCardShape } from './account-ranges.ts';
import { damageOfCode, nullWord } from './damage.ts';
import { limits } from '../limits.ts';
import type { Row } from '../raw-record.ts';
import { validationError } from './messages.ts';
import { checkLength, positionOf, required, trimmed, type ErrorList } from './text.ts';

const ID = /^[\w-]+$/;
const NOT_ID = /[^\w-]/;

/** The id of the consumer: any text without meaning, chosen by the issuer. */
export function consumerIdOf(raw: Row<'externalConsumerId' | 'pan'>, errors: ErrorList): string {
  return idOf(raw, 'externalConsumerId', errors);
}

/** The id of the card: any text without meaning, chosen by the issuer. */
export function cardIdOf(raw: Row<'externalCardId' | 'pan'>, errors: ErrorList): string {
  return idOf(raw, 'externalCardId', errors);
}

/** An id is sent and stored in clear, so it must not contain the card number. */
function idOf<Field extends 'externalConsumerId' | 'externalCardId'>(
  raw: Row<Field | 'pan'>,
  field: Field,
  errors: ErrorList,
): string {
  const value = required(raw, field, errors);
  if (value === '') return value;
  if (value.length > limits[field].max) checkLength(value, field, errors);
  if (!ID.test(value)) {
    const damage = damageOfCode(value);
    const position = positionOf(value, value.search(NOT_ID));
    errors.push(
      damage === undefined
        ? validationError(field, 'ID_CHARACTERS', { position })
        : validationError(field, damage, { position: 1 }),
    );
  } else if (value.length === 4 && nullWord.test(value)) errors.push(validationError(field, 'TEXT_NO_VALUE'));
  const pan = trimmed(raw.pan);
  if (
    (pan.length > 8 && pan.length <= value.length && value.includes(pan)) ||
    (value.length >= SHORTEST_PAN && holdsCardNumber(value))
  )
    errors.push(validationError(field, 'ID_HOLDS_PAN'));
  return value;
}

const SHORTEST_PAN = 13;

/** Whether digits with nothing but hyphens and underscores between them are a network's card number. */
function holdsCardNumber(value: string): boolean {
  const { length } = value;
  // A run that is long enough covers both of these places in a short text, and one of every so many in any.
  if (length < 2 * SHORTEST_PAN && isLetter(value.charCodeAt(length - SHORTEST_PAN))) return false;
  for (let index = SHORTEST_PAN - 1; index < length; index += SHORTEST_PAN) {
    let start = index;
    while (start >= 0 && !isLetter(value.charCodeAt(start))) start--;
    let end = index;
    while (end < length && !isLetter(value.charCodeAt(end))) end++;
    if (end - start > SHORTEST_PAN)
      return runsOf(value).some((run) => run.length >= SHORTEST_PAN && luhn(run) && hasCardShape(run));
  }
  return false;
}

function isLetter(code: number): boolean {
  return code > 0x40 && code !== 0x5f;
}

function runsOf(value: string): string[] {
  return value.split(/[A-Za-z]+/).map((run) => run.replace(/\D/g, ''));
}
