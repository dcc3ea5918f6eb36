import {
  limits,
  panDigits,
  type EnrollmentRecord,
  type LimitedField,
  type RawRecord,
} from '@enrollkit/enrollment';
import { toRecord } from '@enrollkit/enrollment/validation';
import { luhnDigit } from '@enrollkit/base';
import { describe, expect, it } from 'vitest';
import { directory, provider } from './enrollment.ts';

/** A row of which nothing is optional is left out, and nothing is wrong. */
const row: RawRecord = {
  externalConsumerId: 'consumer-1',
  externalCardId: 'card-1',
  pan: '5204731600014784',
  expiry: '05/29',
  cardholderName: 'Zoe',
  firstName: 'Zoe',
  lastName: 'Mueller',
  email: 'zoe@example.com',
  mobile: '+4915112345678',
  country: 'DE',
  language: 'de',
  addressLine1: 'Street 1',
  addressLine2: 'Yard',
  addressLine3: 'Door',
  city: 'Town',
  state: 'State',
  postalCode: '80331',
  privacyVersion: 'v1',
  privacyUri: 'https://bank.example/p',
  termsVersion: 'v1',
  termsUri: 'https://bank.example/t',
};
const context = { today: { year: 2026, month: 11 } };
const fields = Object.keys(limits) as LimitedField[];

/** A value of that many characters that is otherwise well-formed. */
function valueOf(field: LimitedField, length: number): string {
  if (field === 'email')
    return `${'m'.repeat(60)}@${'d.'.repeat(120)}example.com`.slice(-length).padStart(length, 'm');
  if (field === 'privacyUri' || field === 'termsUri') return 'https://bank.example/'.padEnd(length, 'u');
  return 'x'.repeat(length);
}

const families = {
  'Click to Pay': () => provider('http://localhost:9'),
  'the Credential Directory': () => directory('http://localhost:9').provider,
};

describe.each(Object.entries(families))('what validation accepts can be sealed for %s', (_family, open) => {
  it.each(fields)('with %s of the greatest length, which no longer value is given', async (field) => {
    const { max } = limits[field];
    expect(toRecord({ ...row, [field]: valueOf(field, max + 1) }, context).record).toBeUndefined();
    const longest = field === 'email' ? 254 : max;
    const { record, errors } = toRecord({ ...row, [field]: valueOf(field, longest) }, context);
    expect(errors).toBeUndefined();
    await expect(
      open().seal({ externalBatchId: 'batch-1', records: record ? [record] : [] }),
    ).resolves.toMatchObject({ externalBatchId: 'batch-1' });
  });

  it.each([panDigits.min, 13, 15, 16, 18, panDigits.max])(
    'with a card number of %d digits',
    async (length) => {
      const digits = '5204731600014784000'.slice(0, length - 1);
      const { record } = toRecord(
        { ...row, pan: digits + luhnDigit(digits) },
        { ...context, isEnrolled: () => true },
      );
      await expect(
        open().seal({ externalBatchId: 'batch-1', records: record ? [record] : [] }),
      ).resolves.toMatchObject({ externalBatchId: 'batch-1' });
    },
  );
});

/** Fields whose length the contract leaves open. */
const open: readonly LimitedField[] = ['privacyVersion', 'privacyUri', 'termsVersion', 'termsUri'];

/** Puts a text into a record past validation. */
const withText: Readonly<
  Partial<Record<LimitedField, (record: EnrollmentRecord, text: string) => EnrollmentRecord>>
> = {
  externalConsumerId: (record, externalConsumerId) => ({ ...record, externalConsumerId }),
  externalCardId: (record, externalCardId) => ({ ...record, externalCardId }),
  firstName: (record, firstName) => ({ ...record, consumer: { ...record.consumer, firstName } }),
  lastName: (record, lastName) => ({ ...record, consumer: { ...record.consumer, lastName } }),
  email: (record, email) => ({ ...record, consumer: { ...record.consumer, email } }),
  cardholderName: (record, cardholderName) => ({ ...record, card: { ...record.card, cardholderName } }),
  addressLine1: (record, line1) => withAddress(record, { line1 }),
  addressLine2: (record, line2) => withAddress(record, { line2 }),
  addressLine3: (record, line3) => withAddress(record, { line3 }),
  city: (record, city) => withAddress(record, { city }),
  state: (record, state) => withAddress(record, { state }),
  postalCode: (record, postalCode) => withAddress(record, { postalCode }),
};

function withAddress(
  record: EnrollmentRecord,
  change: Partial<EnrollmentRecord['card']['billingAddress']>,
): EnrollmentRecord {
  const billingAddress = { ...record.card.billingAddress, ...change };
  return { ...record, card: { ...record.card, billingAddress } };
}

describe('a limit of validation is no stricter than the contracts', () => {
  it.each(fields.filter((field) => !open.includes(field)))(
    'of %s: one character more is refused by at least one of them',
    async (field) => {
      const { record } = toRecord(row, context);
      const longer = record && withText[field]?.(record, valueOf(field, limits[field].max + 1));
      const draft = { externalBatchId: 'batch-1', records: longer ? [longer] : [] };
      const sealed = await Promise.allSettled(Object.values(families).map((make) => make().seal(draft)));
      expect(longer).toBeDefined();
      expect(sealed.map(({ status }) => status)).toContain('rejected');
    },
  );
});
