import type { RawRecord } from '@enrollkit/enrollment';
import type { ValidationContext } from '@enrollkit/enrollment/validation';

/** November 2026. */
export const context: ValidationContext = { today: { year: 2026, month: 11 } };

/** A row that nothing is wrong with. */
export const goodRow = {
  externalConsumerId: 'consumer-1',
  externalCardId: 'card-1',
  pan: '5204731600014784',
  expiry: '05/29',
  firstName: 'Zoë',
  lastName: "O'Neill-Müller",
  email: 'zoe@example.com',
  mobile: '+4915112345678',
  country: 'DE',
  language: 'de',
  addressLine1: 'Königstraße 1',
  city: 'München',
  postalCode: '80331',
} as const satisfies RawRecord;
