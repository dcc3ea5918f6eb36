import { describe, expect, it } from 'vitest';
import { type ValidationErrorCode, type FieldName, type RawRecord } from '@enrollkit/enrollment';
import { contextAt, toRecord } from '@enrollkit/enrollment/validation';
import { context, goodRow } from './sample-row.ts';

function errorsOf(changes: RawRecord): string[] {
  return (toRecord({ ...goodRow, ...changes }, context).errors ?? []).map(
    ({ field, code }) => `${field} ${code}`,
  );
}

describe('a good row', () => {
  it('becomes a record whose texts are those of the row', () => {
    expect(toRecord(goodRow, context).record).toEqual({
      externalConsumerId: 'consumer-1',
      externalCardId: 'card-1',
      consumer: {
        firstName: 'Zoë',
        lastName: "O'Neill-Müller",
        email: 'zoe@example.com',
        mobile: { countryCode: '49', number: '15112345678' },
        countryCode: 'DE',
        languageCode: 'de',
      },
      card: {
        pan: '5204731600014784',
        expiryMonth: '05',
        expiryYear: '2029',
        billingAddress: { line1: 'Königstraße 1', city: 'München', postalCode: '80331', countryCode: 'DE' },
      },
    });
  });

  it('loses the white space around its values, and nothing else', () => {
    const padded = Object.fromEntries(
      Object.entries(goodRow).map(([field, value]) => [field, ` \u00a0${value}\t`]),
    );
    expect(toRecord(padded, context)).toEqual(toRecord(goodRow, context));
  });

  it('has its letters composed, however a file writes them', () => {
    const texts = { firstName: 'Jose\u0301', lastName: 'Nu\u0301n\u0303ez', city: 'Co\u0301rdoba' };
    expect(toRecord({ ...goodRow, ...texts, email: 'jose\u0301@example.com' }, context).record).toMatchObject(
      {
        consumer: { firstName: 'Jos\u00e9', lastName: 'N\u00fa\u00f1ez', email: 'jos\u00e9@example.com' },
        card: { billingAddress: { city: 'C\u00f3rdoba' } },
      },
    );
  });

  it('carries what is optional', () => {
    const { record } = toRecord(
      {
        ...goodRow,
        cardholderName: 'Z O NEILL',
        addressLine2: 'Hof',
        addressLine3: '2. OG',
        state: 'Bayern',
        addressCountry: 'AT',
        privacyVersion: 'v2',
        privacyUri: 'https://bank.example/privacy',
        termsVersion: 'LATEST',
      },
      context,
    );
    expect(record?.card).toMatchObject({
      cardholderName: 'Z O NEILL',
      billingAddress: { line2: 'Hof', line3: '2. OG', state: 'Bayern', countryCode: 'AT' },
    });
    expect(record?.consumer.compliance).toEqual({
      privacy: { acceptedVersion: 'v2', latestVersionUri: 'https://bank.example/privacy' },
      terms: { acceptedVersion: 'LATEST' },
    });
  });

  it.each([
    ['05/29', '05', '2029'],
    ['05/2029', '05', '2029'],
    ['2029-05', '05', '2029'],
    ['0529', '05', '2029'],
    ['11/26', '11', '2026'],
  ])('may write its expiry %s', (expiry, expiryMonth, expiryYear) => {
    expect(toRecord({ ...goodRow, expiry }, context).record?.card).toMatchObject({ expiryMonth, expiryYear });
  });

  it.each([
    ['5', '2029'],
    ['05', '29'],
  ])('may give month %s and year %s apart', (expiryMonth, expiryYear) => {
    expect(toRecord({ ...goodRow, expiry: '', expiryMonth, expiryYear }, context).record?.card).toMatchObject(
      { expiryMonth: '05', expiryYear: '2029' },
    );
  });

  it.each(['en_US', 'en-US'])('may give its country and language as %s', (locale) => {
    expect(
      toRecord({ ...goodRow, country: '', language: '', locale }, context).record?.consumer,
    ).toMatchObject({ countryCode: 'US', languageCode: 'en' });
  });

  it.each([
    ['+4915112345678', '49', '15112345678'],
    ['004915112345678', '49', '15112345678'],
    ['+49 (0)151 1234-5678', '49', '15112345678'],
    ['+1 (212) 555-0100', '1', '2125550100'],
    ['+44 07400 123456', '44', '7400123456'],
    ['+39 347 1234567', '39', '3471234567'],
  ])('may write its mobile number %s', (mobile, countryCode, number) => {
    expect(toRecord({ ...goodRow, mobile }, context).record?.consumer.mobile).toEqual({
      countryCode,
      number,
    });
  });

  it.each([
    'Ελένη',
    'Иванов',
    'محمد',
    '민준',
    '陳',
    'さくら',
    'प्रिया',
    'สมชาย',
    'Nguyễn',
    'Ó Súilleabháin',
    "D'Angelo",
    '𠮷田',
    '👩‍🦰 Anna',
  ])('may be called %s', (lastName) => {
    expect(toRecord({ ...goodRow, lastName }, context).record?.consumer.lastName).toBe(lastName);
  });

  it.each(['a@b.co', "o'neill+tag@sub.example.com", 'björn@exämple.se', '用户@例子.公司'])(
    'may have the e-mail address %s',
    (email) => {
      expect(errorsOf({ email })).toEqual([]);
    },
  );

  it('may have texts of exactly the greatest length, counted in code points', () => {
    expect(
      errorsOf({ addressLine1: '𠮷'.repeat(75), city: 'ü'.repeat(50), lastName: 'x'.repeat(256) }),
    ).toEqual([]);
  });

  it('may have 12 to 19 digits in its card number', () => {
    expect(errorsOf({ pan: '501800000009' })).toEqual([]);
    expect(errorsOf({ pan: '6304000000000000001' })).not.toContain('pan PAN_LENGTH');
  });
});

describe('a bad row', () => {
  it.each<[FieldName, string | undefined, ValidationErrorCode]>([
    ['externalConsumerId', undefined, 'FIELD_MISSING'],
    ['externalConsumerId', 'a b', 'ID_CHARACTERS'],
    ['externalConsumerId', 'ä', 'ID_CHARACTERS'],
    ['externalCardId', 'k'.repeat(65), 'TEXT_TOO_LONG'],
    ['externalCardId', goodRow.pan, 'ID_HOLDS_PAN'],
    ['externalConsumerId', `c-${goodRow.pan}`, 'ID_HOLDS_PAN'],
    ['pan', '', 'FIELD_MISSING'],
    ['pan', '5204 7316 0001 4784', 'PAN_SEPARATORS'],
    ['pan', '5204-7316-0001-4784', 'PAN_SEPARATORS'],
    ['pan', '5.20473E+15', 'PAN_SCIENTIFIC'],
    ['pan', '5,20473e15', 'PAN_SCIENTIFIC'],
    ['pan', '520473******4784', 'PAN_MASKED'],
    ['pan', '520473XXXXXX4784', 'PAN_MASKED'],
    ['pan', '520473160001478O', 'PAN_NOT_DIGITS'],
    ['pan', '٥٢٠٤٧٣١٦٠٠٠١٤٧٨٤', 'PAN_NOT_DIGITS'],
    ['pan', '52047316001', 'PAN_LENGTH'],
    ['pan', '52047316000147840000', 'PAN_LENGTH'],
    ['pan', '5204731600014785', 'PAN_LUHN'],
    ['pan', '0000000000000000', 'PAN_REPEATED'],
    ['expiry', '', 'FIELD_MISSING'],
    ['expiry', '5/29', 'EXPIRY_FORMAT'],
    ['expiry', 'May-29', 'EXPIRY_FORMAT'],
    ['expiry', '13/29', 'EXPIRY_MONTH'],
    ['expiry', '0029', 'EXPIRY_MONTH'],
    ['expiry', '10/26', 'EXPIRY_PAST'],
    ['expiry', '12/2057', 'EXPIRY_FAR'],
    ['firstName', ' ', 'FIELD_MISSING'],
    ['firstName', '12345', 'NAME_NO_LETTER'],
    ['lastName', '12345', 'NAME_NO_LETTER'],
    ['lastName', 'x'.repeat(257), 'TEXT_TOO_LONG'],
    ['lastName', 'Mül\u0000ler', 'TEXT_CONTROL'],
    ['lastName', 'Mül\u001b[31mler', 'TEXT_CONTROL'],
    ['lastName', 'Mül\u202eler', 'TEXT_CONTROL'],
    ['firstName', 'Jos\ufffd', 'TEXT_ENCODING'],
    ['firstName', 'Jos\ud800', 'TEXT_ENCODING'],
    ['firstName', 'JosÃ©', 'TEXT_DOUBLE_ENCODED'],
    ['email', 'nobody', 'EMAIL_SHAPE'],
    ['email', 'a@b', 'EMAIL_SHAPE'],
    ['email', 'a b@example.com', 'EMAIL_SHAPE'],
    ['email', 'a..b@example.com', 'EMAIL_SHAPE'],
    ['email', '.a@example.com', 'EMAIL_SHAPE'],
    ['email', 'a@-example.com', 'EMAIL_SHAPE'],
    ['email', 'a@example.com, b@example.com', 'EMAIL_SHAPE'],
    ['email', `${'l'.repeat(65)}@example.com`, 'EMAIL_SHAPE'],
    ['email', `a@${'example.'.repeat(32)}com`, 'TEXT_TOO_LONG'],
    ['mobile', '0151 12345678', 'MOBILE_COUNTRY_CODE_MISSING'],
    ['mobile', '4915112345678', 'MOBILE_COUNTRY_CODE_MISSING'],
    ['mobile', '+49151CALLME', 'MOBILE_CHARACTERS'],
    ['mobile', `+${'4 '.repeat(5000)}`, 'MOBILE_CHARACTERS'],
    ['mobile', '+999123456789', 'MOBILE_COUNTRY_CODE_UNKNOWN'],
    ['mobile', '+49151', 'MOBILE_TOO_SHORT'],
    ['mobile', '+12125550100999', 'MOBILE_TOO_LONG'],
    ['mobile', '+10005550100', 'MOBILE_INVALID'],
    ['country', 'de', 'COUNTRY_CASE'],
    ['country', 'DEU', 'COUNTRY_ALPHA3'],
    ['country', 'UK', 'COUNTRY_UNKNOWN'],
    ['country', 'EU', 'COUNTRY_UNKNOWN'],
    ['language', 'DE', 'LANGUAGE_CASE'],
    ['language', 'deu', 'LANGUAGE_ALPHA3'],
    ['language', 'cz', 'LANGUAGE_UNKNOWN'],
    ['locale', 'german', 'LOCALE_SHAPE'],
    ['locale', 'en_DE', 'LOCALE_CONFLICT'],
    ['locale', 'de_AT', 'LOCALE_CONFLICT'],
    ['addressLine1', '', 'FIELD_MISSING'],
    ['addressLine2', '𠮷'.repeat(76), 'TEXT_TOO_LONG'],
    ['city', 'a\nb', 'TEXT_CONTROL'],
    ['state', 's'.repeat(31), 'TEXT_TOO_LONG'],
    ['postalCode', '1'.repeat(17), 'TEXT_TOO_LONG'],
    ['addressCountry', 'Germany', 'COUNTRY_UNKNOWN'],
    ['privacyUri', 'bank.example/privacy', 'URI_SHAPE'],
    ['termsUri', 'javascript:alert(1)', 'URI_SHAPE'],
    ['termsVersion', 'v\u0007', 'TEXT_CONTROL'],
  ])('with %s %j is rejected with %s', (field, value, code) => {
    expect(errorsOf({ [field]: value })).toEqual([`${field} ${code}`]);
  });

  it('gets all its errors reported at once', () => {
    expect(errorsOf({ pan: '1', expiry: '99/99', email: 'x', mobile: '1', country: 'x', city: '' })).toEqual([
      'pan PAN_LENGTH',
      'expiry EXPIRY_MONTH',
      'email EMAIL_SHAPE',
      'mobile MOBILE_COUNTRY_CODE_MISSING',
      'country COUNTRY_UNKNOWN',
      'city FIELD_MISSING',
    ]);
  });

  it('with two expiries that differ is refused, with two that agree is not', () => {
    expect(errorsOf({ expiryMonth: '5', expiryYear: '2030' })).toEqual(['expiry EXPIRY_CONFLICT']);
    expect(errorsOf({ expiryMonth: '5', expiryYear: '2029' })).toEqual([]);
    expect(errorsOf({ expiry: '', expiryMonth: '0', expiryYear: '29x' })).toEqual([
      'expiryMonth EXPIRY_MONTH',
      'expiryYear EXPIRY_YEAR',
    ]);
    expect(errorsOf({ expiry: '', expiryMonth: '5' })).toEqual(['expiryYear FIELD_MISSING']);
  });

  it('does not become good because a row with the same consents was judged before it', () => {
    const consents = { privacyVersion: 'v1', privacyUri: 'ftp://x' };
    expect([errorsOf(consents), errorsOf(consents)]).toEqual([
      ['privacyUri URI_SHAPE'],
      ['privacyUri URI_SHAPE'],
    ]);
  });

  it('is never answered with its own sensitive values', () => {
    const sensitive = {
      pan: '5204731600014785',
      firstName: '98765',
      lastName: 'secret\u0007',
      email: 'very-secret',
      mobile: '0151 77777777',
      addressLine1: 'Geheimweg 5\u0000',
    };
    const { errors = [] } = toRecord({ ...goodRow, ...sensitive }, context);
    expect(errors).toHaveLength(6);
    const reported = JSON.stringify(errors);
    for (const value of ['5204731600014785', '316000', '98765', 'secret', '77777777', 'Geheimweg'])
      expect(reported).not.toContain(value);
  });

  it.each(Object.keys(goodRow))('is judged, however hostile its %s is', (field) => {
    // A pattern that takes more than linear time would not come to an end.
    const long = 'a'.repeat(100_000);
    for (const value of [
      long,
      `${long}@`,
      `a@${'a.'.repeat(50_000)}`,
      `+${'1'.repeat(100_000)}`,
      ' '.repeat(100_000),
    ])
      expect(errorsOf({ [field]: value }).length).toBeLessThanOrEqual(2);
  });
});

it('judges expiry by the month in UTC', () => {
  expect(contextAt(new Date('2026-11-30T23:59:59Z'))).toEqual({ today: { year: 2026, month: 11 } });
});
