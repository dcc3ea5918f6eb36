import type { EnrollmentRecord } from '@enrollkit/enrollment';
import { describe, expect, it } from 'vitest';
import { Digests } from '../src/index.ts';

const digests = new Digests({
  fingerprintKey: Buffer.alloc(32, 7),
  environment: 'https://provider.example',
  programme: 'programme',
});

const full: EnrollmentRecord = {
  externalConsumerId: 'consumer-1',
  externalCardId: 'card-1',
  consumer: {
    firstName: 'Jérôme',
    lastName: '陳',
    email: 'Jerome.Chan@example.com',
    mobile: { countryCode: '33', number: '612345678' },
    countryCode: 'FR',
    languageCode: 'fr',
    compliance: {
      privacy: { acceptedVersion: '1', latestVersion: '2', latestVersionUri: 'https://example.com/p' },
      terms: { acceptedVersion: '3', latestVersion: '3', latestVersionUri: 'https://example.com/t' },
    },
  },
  card: {
    pan: '5204731234567890',
    expiryMonth: '04',
    expiryYear: '2031',
    cardholderName: 'JEROME CHAN',
    billingAddress: {
      line1: 'Rue de Rivoli 1',
      line2: 'Escalier B',
      line3: 'Étage 3',
      city: 'Paris',
      state: 'IDF',
      postalCode: '75001',
      countryCode: 'FR',
    },
  },
};

const { line1, city, countryCode } = full.card.billingAddress;
const sparse: EnrollmentRecord = {
  ...full,
  consumer: { ...full.consumer, compliance: { terms: { acceptedVersion: '3' } } },
  card: { ...full.card, cardholderName: undefined, billingAddress: { line1, city, countryCode } },
};

/** Of each buffer, the digests of both records. */
function hexOf(records: readonly EnrollmentRecord[]) {
  return Object.fromEntries(
    Object.entries(digests.of(records)).map(([name, bytes]: [string, Uint8Array]) => [
      name,
      Buffer.from(bytes).toString('hex'),
    ]),
  );
}

describe('the digests of a register', () => {
  it('stay the same from release to release, because ledgers keep them', () => {
    expect(hexOf([full, sparse])).toEqual({
      digests:
        '5c8672e851d1c412b808e7641c52a94ac46cd81aaa9aca13339f2f4d1b2b1934facee2885c8672e851d1c412b808e76476af1f0c62d5d81aaa9aca13c8e4ccd063165bd83a079366',
      identities: '5ea400f77f54211a704df578c1c20280',
      keys: 'f1c0043ae61520e404282df5225ca2f1f1c0043ae61520e404282df5225ca2f1',
      twins:
        'eae91b4395900d9cdb3b6d22393cb58bb463ea177e2a0a01eae91b4395900d9cdb3b6d22393cb58bb463ea177e2a0a01',
    });
    expect(Buffer.from(digests.binding.keyCheck).toString('hex')).toBe('a306ea14aad4218e42c02ce61598d50f');
  });

  it('are the same for an e-mail address in other letters, and for no others', () => {
    const one = hexOf([full]);
    const email = full.consumer.email.toUpperCase();
    expect(hexOf([{ ...full, consumer: { ...full.consumer, email } }])).toEqual(one);
    const firstName = full.consumer.firstName.toUpperCase();
    expect(hexOf([{ ...full, consumer: { ...full.consumer, firstName } }])).not.toEqual(one);
  });
});
