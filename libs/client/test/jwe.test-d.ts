import type { Jwe as ContractJwe } from '@enrollkit/contract';
import type { EnrollmentData } from '@enrollkit/contract/click-to-pay-enrollment';
import type { Jwe as SealedJwe } from '@enrollkit/encryption';
import { describe, expectTypeOf, test } from 'vitest';

/**
 * The contract and the encryption library know nothing of each other. That what one seals is what the other
 * asks for is true because both declare the same brand; this is where it is checked, by the compiler.
 */
describe('a JWE', () => {
  test('of the contract is a JWE of the encryption library, and the other way round', () => {
    expectTypeOf<SealedJwe<EnrollmentData>>().toExtend<ContractJwe<EnrollmentData>>();
    expectTypeOf<ContractJwe<EnrollmentData>>().toExtend<SealedJwe<EnrollmentData>>();
  });

  test('of another plaintext is neither', () => {
    expectTypeOf<SealedJwe<{ other: 1 }>>().not.toExtend<ContractJwe<EnrollmentData>>();
    expectTypeOf<ContractJwe<EnrollmentData>>().not.toExtend<SealedJwe<{ other: 1 }>>();
  });
});
