import type { ValidationError } from '../rejection.ts';
import { damageMessages } from './damage-messages.ts';

/**
 * Everything that can be wrong with a row, in one closed table. `{name}` in a message is filled with a detail
 * that is never the value of a sensitive field. A hint says how to fix it. What a real person could have is
 * marked `warning`: the row is sent, and listed.
 */
export const validationMessages = {
  FIELD_MISSING: ['The field is required and is empty', 'Fill it in'],
  ID_CHARACTERS: [
    'The id may hold letters A-Z a-z, digits, hyphen and underscore only; character {position} is another',
    'Use an id without other characters, a UUID for example',
  ],
  ID_HOLDS_PAN: [
    'The id contains the card number of this row',
    'Ids are sent and stored in clear: use one that tells nothing, a UUID for example',
  ],
  PAN_SEPARATORS: [
    'The card number holds spaces or hyphens',
    'Write the digits without anything between them',
  ],
  PAN_SCIENTIFIC: [
    'The card number is in scientific notation, so its last digits are lost',
    'A spreadsheet did this: format the column as text and export it again from the source',
  ],
  PAN_MASKED: ['The card number is masked', 'Put the full number in; masked numbers cannot be enrolled'],
  PAN_NOT_DIGITS: [
    'Of the characters of the card number, {count} are no digits 0-9',
    'Write the digits only',
  ],
  PAN_LENGTH: [
    'The card number must have {min} to {max} digits; this one has {found}',
    'Compare it with the card: digits are missing, doubled, or leading zeros were cut off',
  ],
  PAN_LUHN: [
    'The card number {masked} fails the Luhn check',
    'A digit is wrong or two are swapped; a spreadsheet may have turned the last ones into zeros',
  ],
  PAN_REPEATED: ['The card number is one digit repeated', 'This is a placeholder; put the real number in'],
  PAN_NETWORK: [
    'The card number is of none of the account ranges that are enrolled',
    'Send cards of the network only; other ranges are set by input.accountRanges',
  ],
  PAN_TEST: [
    'The card number is a published test number',
    'Test numbers are not sent to production: put the real number in',
  ],
  EXPIRY_FORMAT: [
    'The expiry must be written MM/YY, MM/YYYY, YYYY-MM, YYYYMM, YYYY-MM-DD or MMYY',
    'For example 05/29; a spreadsheet may have turned it into a date: set input.expiry to its form, for example DD.MM.YYYY',
  ],
  EXPIRY_MONTH: ['The expiry month must be 01 to 12', 'Month and year may be swapped'],
  EXPIRY_YEAR_FIRST: [
    'The expiry looks like YYMM: the year before the month',
    'Set input.expiry: YYMM if the whole column is written so',
  ],
  EXPIRY_SETTING: [
    'The expiry is not written as input.expiry says: {format}',
    'Correct the setting, or leave it out: MM/YY, MM/YYYY, YYYY-MM, YYYYMM, YYYY-MM-DD and MMYY are found by themselves',
  ],
  EXPIRY_YEAR: ['The expiry year must have two or four digits', 'For example 2029'],
  EXPIRY_PAST: ['The card has expired', 'Send the card that replaced it'],
  EXPIRY_FAR: ['The expiry is more than {years} years away', 'Check the year'],
  EXPIRY_CONFLICT: ['expiry says another date than expiryMonth and expiryYear', 'Give one of the two'],
  NAME_NO_LETTER: [
    'A name must hold at least one letter, in any script',
    'Check whether the columns are shifted or the text was lost in a conversion',
  ],
  TEXT_TOO_LONG: ['At most {max} characters are allowed; this has {found}', 'Shorten it'],
  TEXT_CONTROL: [
    'Character {position} is a control character ({character})',
    'Remove it; it is invisible in most programs',
  ],
  TEXT_ENCODING: [
    'Character {position} was lost in an earlier conversion ({character})',
    'Export the file again as UTF-8 from the source',
  ],
  ...damageMessages,
  EMAIL_SHAPE: [
    'This is not an e-mail address',
    'It needs one @ with a name before it and a domain with a dot after it, and no spaces',
  ],
  MOBILE_COUNTRY_CODE_MISSING: [
    'The mobile number must begin with + or 00 and the country code',
    'For example +44 for the United Kingdom; a spreadsheet may have removed the plus',
  ],
  MOBILE_CHARACTERS: [
    'The mobile number may hold digits, spaces, hyphens, dots and brackets after its + or 00',
    'Remove the other characters',
  ],
  MOBILE_COUNTRY_CODE_UNKNOWN: [
    'The mobile number does not begin with the calling code of a country',
    'Check the digits after the + or 00',
  ],
  MOBILE_TOO_SHORT: ['The mobile number is too short for +{callingCode}', 'Digits are missing'],
  MOBILE_TOO_LONG: [
    'The mobile number is too long for +{callingCode}',
    'Digits are doubled, or the country code stands there twice',
  ],
  MOBILE_GLUED: [
    'Digits stand behind a complete number of +{callingCode}',
    'An extension, a second number or a column beside it was glued on: give the mobile number alone',
  ],
  MOBILE_REWRITTEN: [
    'The number is written in an old form of +{callingCode}, and was rewritten by its numbering plan',
    'Give the number in its present international form',
    'warning',
  ],
  MOBILE_UNASSIGNED: [
    'The numbering plan of +{callingCode} knows no such number',
    'Compare it with the source; a new range may be missing in the plan',
    'warning',
  ],
  MOBILE_NOT_MOBILE: [
    'The numbering plan of +{callingCode} says that this is {kind}, not a mobile number',
    'The provider sends a code to it: give a number that receives messages',
    'warning',
  ],
  MOBILE_COUNTRY_MISSING: [
    'A national number needs a valid country beside it',
    'Fill in the column country, or write the number with + and its country code',
  ],
  MOBILE_INVALID: ['No such number exists in the numbering plan of +{callingCode}', 'Check the number'],
  POSTAL_CODE_SHAPE: [
    'This is no postal code of {country}',
    'Compare it with the source: a leading zero may be lost, or the columns may be shifted',
    'warning',
  ],
  CITY_SHAPE: [
    'The city is written without a single letter',
    'Compare it with the source: the columns may be shifted',
    'warning',
  ],
  STATE_SHAPE: [
    'The state looks like a number, not like a state',
    'Compare it with the source: the columns may be shifted',
    'warning',
  ],
  COUNTRY_CASE: ['The country code must be in upper case', 'Write {upper}'],
  COUNTRY_ALPHA3: [
    'The country code must have two letters (ISO 3166-1 alpha-2); this has three',
    'For example DE, not DEU',
  ],
  COUNTRY_UNKNOWN: [
    'This is not a country code of ISO 3166-1 alpha-2',
    'Two upper-case letters, for example DE; the United Kingdom is GB',
  ],
  LANGUAGE_CASE: ['The language code must be in lower case', 'Write {lower}'],
  LANGUAGE_ALPHA3: [
    'The language code must have two letters (ISO 639-1); this has three',
    'For example de, not deu or ger',
  ],
  LANGUAGE_UNKNOWN: [
    'This is not a language code of ISO 639-1',
    'Two lower-case letters, for example de; a language is not a country: Czech is cs, Swedish sv, Danish da',
  ],
  LOCALE_SHAPE: ['The locale must be a language and a country, as in en_US or en-US', 'Give both parts'],
  LOCALE_CONFLICT: ['The locale says another {part} than the column {part}', 'Give one of the two'],
  URI_SHAPE: ['This is not an http or https address', 'For example https://bank.example/privacy'],

  ROW_COLUMNS: [
    'The header has {expected} columns; this row has {found}',
    'A delimiter inside a value needs double quotes around the value; a missing value still needs its delimiter',
  ],
  ROW_BLANK: ['Every cell of the row is empty', 'Remove the row'],
  ROW_ENCODING: [
    'The row is not valid UTF-8, from byte {byte} of the file on',
    'Save the file as UTF-8; it is probably Latin-1 or Windows-1252: iconv -f WINDOWS-1252 -t UTF-8 FILE',
  ],
  ROW_SHORT: [
    'The line has {found} characters, and the last field of input.layout begins at {expected}',
    'The line was cut off, or input.layout is not the layout of this file',
  ],
  ROW_UNNAMED_VALUE: [
    'Column {column} has no name in the header, and this row has a value in it',
    'Name the column in the header, map it by its number (input.columns: { "#{column}": ignore }), or correct a row whose columns slipped',
  ],
  ROW_NOT_JSON: [
    'The line is not JSON{where}',
    'Each line is one whole JSON object: look for a missing quote, comma or brace there; jq -c . FILE writes it so',
  ],
  ROW_NOT_OBJECT: ['The line holds JSON that is not an object', 'Each line is one whole JSON object'],
  KEY_UNKNOWN: [
    'The key {key} is no field and is not mapped',
    'Check the spelling, or map the key in the configuration, to a field or to "ignore"',
  ],
  KEY_DUPLICATE: [
    'The object has the key {key} twice, or two keys that stand for the same',
    'Keep one of the two',
  ],
  VALUE_NOT_TEXT: [
    'The value must be text in double quotes; this is {found}',
    'Numbers lose digits: write "{field}": "..."',
  ],

  DUPLICATE_RECORD: [
    'This consumer and card already stand on line {firstLine}; this is line {line}',
    'Remove one of the two rows',
  ],
  CONSUMER_CONFLICT: [
    'The row says another {field} than {where} for the same consumer',
    'Give one consumer the same data in every row',
  ],
  CONTACT_SHARED: [
    'The e-mail address and the mobile number are those of another consumer: {where}',
    "Consumers who share both share a profile at the provider and see each other's cards: give each their own, or set duplicates.contact to warn",
  ],
  CARD_SHARED: [
    'The card number stands under another id, too: {where}',
    'Enroll a card once, or set duplicates.card to warn',
  ],
  CHANGE_REJECTED: [
    'The row differs from what is enrolled in what the configuration rejects: {what}',
    'Correct the row, or set that kind under changes to report or apply',
  ],
  CONSUMER_TOO_LARGE: [
    'The consumer on line {firstLine} has more than {max} cards, the size of a batch',
    'Raise the batch size, or enroll the rest in another file',
  ],
} as const satisfies Record<string, readonly [message: string, hint: string, confidence?: 'warning']>;

/** A code of the table above. */
export type ValidationErrorCode = keyof typeof validationMessages;

/** What fills the `{name}` places of a message. Never the value of a sensitive field. */
export type ValidationDetails = Readonly<Record<string, string | number>>;

/** Makes the error `code` of `field`, with the details its texts ask for. */
export function validationError(
  field: string,
  code: ValidationErrorCode,
  details: ValidationDetails = {},
): ValidationError {
  const [message, hint, confidence] = validationMessages[code] as readonly [string, string, 'warning'?];
  return {
    field,
    code,
    message: fill(message, details),
    hint: fill(hint, details),
    ...(confidence === 'warning' && { warning: true }),
  };
}

function fill(text: string, details: ValidationDetails): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(details[name] ?? place));
}
