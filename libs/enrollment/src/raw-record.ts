/**
 * One row as read: field name to text. Absent and empty mean the same. Lives in memory only: it holds a PAN.
 */
export type RawRecord = Row<FieldName>;

/** Some columns of a row: what a function reads is part of its type. */
export type Row<Column extends FieldName> = { readonly [Name in Column]?: string | undefined };

/**
 * The fields a row may have, in the order of a sample file. `expiry` may be given as `expiryMonth` and
 * `expiryYear` instead, `country` and `language` as `locale`.
 */
export const fieldNames = [
  'externalConsumerId',
  'externalCardId',
  'pan',
  'expiry',
  'expiryMonth',
  'expiryYear',
  'cardholderName',
  'firstName',
  'lastName',
  'email',
  'mobile',
  'country',
  'language',
  'locale',
  'addressLine1',
  'addressLine2',
  'addressLine3',
  'city',
  'state',
  'postalCode',
  'addressCountry',
  'privacyVersion',
  'privacyUri',
  'termsVersion',
  'termsUri',
] as const;

/** The name of a field, and of its column unless the configuration maps another header onto it. */
export type FieldName = (typeof fieldNames)[number];

/**
 * What a file must carry, so that its header can be judged before any row: each entry is a list of
 * alternatives, of which one must be there whole.
 */
export const requiredFields: readonly (readonly (readonly FieldName[])[])[] = [
  [['externalConsumerId']],
  [['externalCardId']],
  [['pan']],
  [['expiry'], ['expiryMonth', 'expiryYear']],
  [['firstName']],
  [['lastName']],
  [['email']],
  [['mobile']],
  [['country', 'language'], ['locale']],
  [['addressLine1']],
  [['city']],
];
