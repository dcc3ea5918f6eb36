/** Columns of a sample, in order. */
export const sampleColumns = [
  'externalConsumerId',
  'externalCardId',
  'pan',
  'expiry',
  'firstName',
  'lastName',
  'email',
  'mobile',
  'country',
  'language',
  'addressLine1',
  'city',
  'state',
  'postalCode',
] as const;

/** A row of a sample; every column has a value, which may be empty. */
export type SampleFields = Record<(typeof sampleColumns)[number], string>;

/** What a sample is made of. The same settings make the same sample, byte for byte. */
export interface SampleSettings {
  /** Good rows, each with one card; from 0. */
  readonly records: number;
  readonly seed: number;
  readonly format: 'csv' | 'ndjson';
  /** Bad rows, mixed in among the good ones; default 0. Each has its own consumer, so no good row suffers. */
  readonly faulty?: number;
  /** Share of consumers with two to four cards, 0 to 1; default 0.15. */
  readonly multiCard?: number;
  /** The first year in which cards expire; default: next year. */
  readonly firstExpiryYear?: number;
}
