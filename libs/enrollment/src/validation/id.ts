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
    const position = positionOf(value, value.search(NOT_ID));
    errors.push(validationError(field, 'ID_CHARACTERS', { position }));
  }
  const pan = trimmed(raw.pan);
  if (pan.length > 8 && pan.length <= value.length && value.includes(pan))
    errors.push(validationError(field, 'ID_HOLDS_PAN'));
  return value;
}
