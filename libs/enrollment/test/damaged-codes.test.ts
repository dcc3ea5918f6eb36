import { describe, expect, it } from 'vitest';
import type { RawRecord } from '@enrollkit/enrollment';
import { toRecord } from '@enrollkit/enrollment/validation';
import { context, goodRow } from './sample-row.ts';

type Changes = RawRecord;

function codesOf(changes: Changes): { errors: string[]; warnings: string[] } {
  const verdict = toRecord({ ...goodRow, ...changes }, context);
  const name = ({ field, code }: { field: string; code: string }): string => `${field} ${code}`;
  return verdict.errors
    ? { errors: verdict.errors.map(name), warnings: [] }
    : { errors: [], warnings: (verdict.warnings ?? []).map(name) };
}

describe('a value of digits', () => {
  it.each([
    ['pan', "'5204731600014784", 'TEXT_SPREADSHEET_MARK'],
    ['pan', '="5204731600014784"', 'TEXT_SPREADSHEET_MARK'],
    ['pan', '5204731600014784.0', 'TEXT_FLOAT'],
    ['pan', '#N/A', 'TEXT_NO_VALUE'],
    ['pan', 'NULL', 'TEXT_NO_VALUE'],
    ['externalCardId', "'4711", 'TEXT_SPREADSHEET_MARK'],
    ['externalCardId', '4711.0', 'TEXT_FLOAT'],
    ['externalCardId', '1.23E+15', 'TEXT_SCIENTIFIC'],
    ['externalCardId', 'NULL', 'TEXT_NO_VALUE'],
    ['externalCardId', '5555-5555-5555-4444', 'ID_HOLDS_PAN'],
    ['externalConsumerId', 'c_4111111111111111', 'ID_HOLDS_PAN'],
    ['expiry', '="05/29"', 'TEXT_SPREADSHEET_MARK'],
    ['expiry', '529.0', 'TEXT_FLOAT'],
    ['expiry', '2905', 'EXPIRY_YEAR_FIRST'],
    ['postalCode', "'80331", 'TEXT_SPREADSHEET_MARK'],
    ['postalCode', '80331.0', 'TEXT_FLOAT'],
    ['postalCode', 'NULL', 'TEXT_NO_VALUE'],
    ['city', 'NULL', 'TEXT_NO_VALUE'],
    ['firstName', '#N/A', 'TEXT_NO_VALUE'],
    ['mobile', "'+4915112345678", 'TEXT_SPREADSHEET_MARK'],
    ['mobile', '+4915112345678.0', 'TEXT_FLOAT'],
    ['mobile', '4.91512E+12', 'TEXT_SCIENTIFIC'],
    ['mobile', '+4915112345678 12', 'MOBILE_GLUED'],
    ['mobile', '+49 151 1234567 8 1', 'MOBILE_GLUED'],
    ['email', 'mÃ¼ller@example.com', 'TEXT_DOUBLE_ENCODED'],
    ['email', "'anna@example.com", 'TEXT_SPREADSHEET_MARK'],
    ['email', 'anna&#64;example.com', 'TEXT_HTML_ENTITY'],
    ['email', '#N/A', 'TEXT_NO_VALUE'],
    ['pan', '4111111111111111', 'PAN_NETWORK'],
    ['pan', '378282246310005', 'PAN_NETWORK'],
    ['pan', '6011111111111117', 'PAN_NETWORK'],
  ] as const)('in %s, %j, is rejected with %s', (field, value, code) => {
    expect(codesOf({ [field]: value }).errors).toEqual([`${field} ${code}`]);
  });

  it.each([
    ['mobile', '+4930123456', 'MOBILE_NOT_MOBILE'],
    ['mobile', '+49 800 1234567', 'MOBILE_NOT_MOBILE'],
    ['mobile', '+1 900 555 0199', 'MOBILE_NOT_MOBILE'],
    ['mobile', '+390612345678', 'MOBILE_NOT_MOBILE'],
    ['mobile', '+491511111111', 'MOBILE_UNASSIGNED'],
    ['postalCode', '1067', 'POSTAL_CODE_SHAPE'],
    ['postalCode', 'München', 'POSTAL_CODE_SHAPE'],
    ['city', '01067', 'CITY_SHAPE'],
    ['state', '80331', 'STATE_SHAPE'],
    ['addressLine1', '-', 'TEXT_PERHAPS_NO_VALUE'],
    ['addressLine1', '0', 'TEXT_PERHAPS_NO_VALUE'],
    ['lastName', 'NULL', 'TEXT_PERHAPS_NO_VALUE'],
    ['firstName', "'Anna", 'TEXT_PERHAPS_MARK'],
    ['email', 'm?ller@example.com', 'TEXT_PERHAPS_LOST'],
    ['addressLine1', 'Where is it?', 'TEXT_PERHAPS_LOST'],
    ['lastName', 'Иваnов', 'TEXT_PERHAPS_MIXED'],
  ] as const)('in %s, %j, is sent and listed with %s', (field, value, code) => {
    expect(codesOf({ [field]: value })).toEqual({ errors: [], warnings: [`${field} ${code}`] });
  });
});
