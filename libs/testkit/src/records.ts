import type { EnrollmentRecord, PlacedRecord } from '@enrollkit/enrollment';
import { luhnDigit, type SeededRandom } from '@enrollkit/base';

/** A valid 16-digit PAN of a test range: made up, and passes Luhn. */
export function testPan(random: SeededRandom): string {
  const digits = `555555${random.digits(9)}`;
  return digits + luhnDigit(digits);
}

/** A valid record; `number` makes its key. */
export function testRecord(random: SeededRandom, number: number): EnrollmentRecord {
  const [firstName, lastName] = random.pick(names);
  return {
    externalConsumerId: `consumer-${number}`,
    externalCardId: `card-${number}`,
    consumer: {
      firstName,
      lastName,
      email: `cardholder.${number}@example.com`,
      mobile: { countryCode: '1', number: `212555${random.digits(4)}` },
      countryCode: 'US',
      languageCode: 'en',
    },
    card: {
      pan: testPan(random),
      expiryMonth: '12',
      expiryYear: '2031',
      cardholderName: `${firstName} ${lastName}`,
      billingAddress: {
        line1: `${number} Main Street`,
        city: 'New York',
        postalCode: '10001',
        countryCode: 'US',
      },
    },
  };
}

/** Valid records as if read from rows of 150 bytes, one after the other. */
export function placedRecords(random: SeededRandom, count: number): readonly PlacedRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    place: { row: index + 1, line: index + 2, offset: 100 + index * 151, length: 150 },
    record: testRecord(random, index + 1),
  }));
}

const names: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['Ada', 'Lovelace'],
  ['Zoë', "O'Neill"],
  ['José', 'Núñez'],
  ['Ирина', 'Иванова'],
  ['美咲', '佐藤'],
];
