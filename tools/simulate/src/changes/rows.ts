import { createHash } from 'node:crypto';
import { luhnDigit } from '@enrollkit/base';
import type { CardholderFile } from '../files.ts';

/** A row as the issuer has it. */
export interface Row {
  readonly consumer: string;
  readonly card: string;
  pan: string;
  expiry: string;
  email: string;
  city: string;
}

/** The row of cardholder `number` as it is at first. */
export function newRow(number: number): Row {
  return {
    consumer: `c-${number}`,
    card: `k-${number}`,
    pan: panOf(number),
    expiry: '12/39',
    email: `z${number}@example.com`,
    city: 'Town',
  };
}

/** A card number of its own for each number. */
export function panOf(number: number): string {
  const digits = `520473${String(number).padStart(9, '0')}`;
  return digits + luhnDigit(digits);
}

/** Consumer and card. */
export function nameOf({ consumer, card }: Row): string {
  return `${consumer}/${card}`;
}

const header =
  'externalConsumerId,externalCardId,pan,expiry,firstName,lastName,email,mobile,country,language,addressLine1,city,postalCode';

/** A file of these rows. */
export function fileOf(name: string, rows: readonly Row[]): CardholderFile {
  const lines = rows.map(
    ({ consumer, card, pan, expiry, email, city }) =>
      `${consumer},${card},${pan},${expiry},Zoe,Doe,${email},+14155550123,US,en,Street 1,${city},12345`,
  );
  const bytes = Buffer.from([header, ...lines, ''].join('\n'));
  return {
    name,
    bytes,
    digest: createHash('sha256').update(bytes).digest('hex'),
    rows: rows.length,
    valid: new Map(),
    invalid: 0,
    pans: new Set(),
  };
}
