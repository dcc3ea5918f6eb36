/**
 * How sure we are of a limit: `documented` by the provider, read in a `sibling` specification of it, or
 * `assumed` by us.
 */
export type Provenance = 'documented' | 'sibling' | 'assumed';

/** Greatest length of a value, in Unicode code points. */
export interface Limit {
  readonly max: number;
  readonly provenance: Provenance;
}

/**
 * The lengths of text fields. A limit that the provider corrects is corrected here and in the spec, nowhere
 * else.
 */
export const limits = {
  externalConsumerId: { max: 64, provenance: 'assumed' },
  externalCardId: { max: 64, provenance: 'assumed' },
  cardholderName: { max: 256, provenance: 'sibling' },
  firstName: { max: 256, provenance: 'sibling' },
  lastName: { max: 256, provenance: 'sibling' },
  email: { max: 255, provenance: 'sibling' },
  addressLine1: { max: 75, provenance: 'sibling' },
  addressLine2: { max: 75, provenance: 'sibling' },
  addressLine3: { max: 75, provenance: 'sibling' },
  city: { max: 50, provenance: 'sibling' },
  state: { max: 30, provenance: 'sibling' },
  postalCode: { max: 16, provenance: 'sibling' },
  privacyVersion: { max: 64, provenance: 'assumed' },
  termsVersion: { max: 64, provenance: 'assumed' },
  privacyUri: { max: 1024, provenance: 'assumed' },
  termsUri: { max: 1024, provenance: 'assumed' },
} as const satisfies Record<string, Limit>;

/** A field whose length is limited. */
export type LimitedField = keyof typeof limits;

/**
 * How long after a request was signed it may still be taken, in milliseconds. A gateway refuses signatures
 * that are older; OAuth 1.0a leaves the tolerance to it, and none is known to be wider.
 */
export const signatureValidMs = 15 * 60_000;

/**
 * Digits of a PAN (ISO/IEC 7812-1 allows up to 19; 12 is the shortest in use). The sibling specification says
 * 16 to 20.
 */
export const panDigits = { min: 12, max: 19, provenance: 'assumed' } as const;

/** An expiry further away than this, in years, is taken for a slip of the pen. */
export const expiryHorizonYears = { max: 30, provenance: 'assumed' } as const;
