import { describe, expect, test } from 'vitest';

import { encryptedFields, sensitiveFields, valuesAt } from '../src/index.ts';
import { operations, sensitive } from '../src/click-to-pay-enrollment/index.ts';
import { examples } from './examples.ts';

const plaintext = examples('click-to-pay-enrollment', 'valid').find(
  ({ name }) => name === 'EnrollmentData.several-consumers',
)?.content;

test('the table of a contract names the sensitive fields of each schema, and so does the one over all contracts', () => {
  expect(sensitive.EnrollmentCard).toMatchObject({
    primaryAccountNumber: 'pan',
    panExpirationYear: 'expiry',
  });
  expect(sensitive.Address).toMatchObject({ line1: 'address', zip: 'address' });
  for (const fields of Object.values(sensitive)) expect(sensitiveFields).toMatchObject(fields);
});

describe('sensitive places', () => {
  const places = operations.enrollBatch.request.encrypted[0].sensitive;

  test('lead to every card number of a plaintext', () => {
    const pans = places
      .filter(({ kind }) => kind === 'pan')
      .flatMap(({ pointer }) => valuesAt(plaintext, pointer));
    expect(pans).toEqual([
      ['5555555555554444', '/consumers/0/cards/0/primaryAccountNumber'],
      ['5105105105105100', '/consumers/0/cards/1/primaryAccountNumber'],
      ['2223000048400011', '/consumers/1/cards/0/primaryAccountNumber'],
    ]);
  });

  test('together leave nothing personal behind', () => {
    const covered = new Set(
      places.flatMap(({ pointer }) => valuesAt(plaintext, pointer).map(([value]) => value)),
    );
    const secrets = [
      'Jane',
      'Doe',
      '太郎',
      'jane.doe@example.com',
      '5555550100',
      '1 Example Street',
      '東京',
      '05',
      'JANE DOE',
    ];
    expect(secrets.filter((secret) => !covered.has(secret))).toEqual([]);
  });

  test('have names by which redaction can go', () => {
    for (const { pointer, kind } of places)
      expect(sensitiveFields).toHaveProperty(pointer.split('/').at(-1) ?? '', kind);
  });

  test('a pointer that leads nowhere leads to nothing', () => {
    expect(valuesAt(plaintext, '/consumers/*/nothing/*')).toEqual([]);
    expect(valuesAt(undefined, '/a')).toEqual([]);
    expect(valuesAt({ 'a/b': { '~': 1 } }, '/a~1b/~0')).toEqual([[1, '/a~1b/~0']]);
  });
});

test('fields that hold a JWE are known by name', () => {
  expect(encryptedFields).toContain('encryptedEnrollmentData');
});
