import { describe, expectTypeOf, test } from 'vitest';

import type { Jwe, Validation, Validator } from '../src/index.ts';
import type {
  BatchEnrollRequest,
  BatchStatus,
  Card,
  ComplianceSettings,
  EnrollmentData,
  paths,
} from '../src/click-to-pay-enrollment/index.ts';
import { operations, validateEnrollmentData } from '../src/click-to-pay-enrollment/index.ts';

declare const sealedData: Jwe<EnrollmentData>;
declare const sealedCard: Jwe<Card>;
declare function accept(body: BatchEnrollRequest): void;

const ids = {
  srcClientId: '11111111-2222-3333-4444-555555555555',
  serviceId: 'SRC',
  externalBatchId: 'batch-1',
};

describe('an encrypted field', () => {
  test('takes a JWE of its plaintext', () => {
    expectTypeOf({ ...ids, encryptedEnrollmentData: sealedData }).toExtend<BatchEnrollRequest>();
  });

  test('takes no plain string', () => {
    expectTypeOf({
      ...ids,
      encryptedEnrollmentData: 'eyJhbGciOiJSU0EtT0FFUC0yNTYifQ.a.b.c.d',
    }).not.toExtend<BatchEnrollRequest>();
    // @ts-expect-error a string that nobody encrypted
    accept({ ...ids, encryptedEnrollmentData: 'eyJhbGciOiJSU0EtT0FFUC0yNTYifQ.a.b.c.d' });
  });

  test('takes no plaintext', () => {
    expectTypeOf({ ...ids, encryptedEnrollmentData: { consumers: [] } }).not.toExtend<BatchEnrollRequest>();
    // @ts-expect-error the data itself, in clear
    accept({ ...ids, encryptedEnrollmentData: { consumers: [] } });
  });

  test('takes no JWE of another plaintext', () => {
    expectTypeOf({ ...ids, encryptedEnrollmentData: sealedCard }).not.toExtend<BatchEnrollRequest>();
    // @ts-expect-error a card is not the data of an enrollment
    accept({ ...ids, encryptedEnrollmentData: sealedCard });
  });

  test('is still a string', () => {
    expectTypeOf(sealedData).toExtend<string>();
  });

  test('means the same to any library that declares the same brand', () => {
    type Elsewhere<Plaintext> = string & { readonly '~jwe': Plaintext };
    expectTypeOf<Jwe<EnrollmentData>>().toExtend<Elsewhere<EnrollmentData>>();
    expectTypeOf<Elsewhere<EnrollmentData>>().toExtend<Jwe<EnrollmentData>>();
  });
});

describe('a request', () => {
  test('needs every required field', () => {
    const { externalBatchId: _, ...rest } = ids;
    expectTypeOf({ ...ids, encryptedEnrollmentData: sealedData }).toExtend<BatchEnrollRequest>();
    expectTypeOf({ ...rest, encryptedEnrollmentData: sealedData }).not.toExtend<BatchEnrollRequest>();
    // @ts-expect-error no externalBatchId
    accept({ ...rest, encryptedEnrollmentData: sealedData });
  });

  test('needs every required field inside the JWE', () => {
    type EnrolledCard = EnrollmentData['consumers'][number]['cards'][number];
    const card = {
      externalCardId: 'c',
      primaryAccountNumber: '5555555555554444',
      panExpirationMonth: '05',
      panExpirationYear: '2029',
    };
    expectTypeOf({ ...card, billingAddress: {} }).toExtend<EnrolledCard>();
    expectTypeOf(card).not.toExtend<EnrolledCard>();
  });

  test('needs one of two fields where the contract says so', () => {
    type Request = NonNullable<paths['/cards']['post']['requestBody']>['content']['application/json'];
    type Rest = Omit<Request, 'encryptedCard' | 'complianceSettings' | 'enrolmentReferenceData'>;
    expectTypeOf<
      Rest & { encryptedCard: Jwe<Card>; complianceSettings: ComplianceSettings }
    >().toExtend<Request>();
    expectTypeOf<Rest>().not.toExtend<Request>();
    expectTypeOf<Rest & { encryptedCard: Jwe<Card> }>().not.toExtend<Request>();
  });

  test('takes the listed values of an enum only', () => {
    type Source = NonNullable<
      paths['/cards']['post']['requestBody']
    >['content']['application/json']['cardSource'];
    expectTypeOf<'ISSUER'>().toExtend<Source>();
    expectTypeOf<'BANK'>().not.toExtend<Source>();
  });
});

describe('an answer', () => {
  test('may hold a value of an extensible enum that is not listed', () => {
    expectTypeOf<string>().toExtend<BatchStatus['status']>();
  });
});

describe('the table of operations', () => {
  test('knows the type each validator vouches for', () => {
    expectTypeOf(operations.enrollBatch.request.validate).toEqualTypeOf<Validator<BatchEnrollRequest>>();
    expectTypeOf(operations.enrollBatch.request.encrypted[0].validatePlaintext).toEqualTypeOf<
      Validator<EnrollmentData>
    >();
    expectTypeOf(operations.getBatchStatus.responses[200].validate).returns.toEqualTypeOf<
      Validation<BatchStatus>
    >();
    expectTypeOf(operations.getBatchStatus.request).toBeNull();
  });

  test('holds methods and paths as literals', () => {
    expectTypeOf(operations.enrollBatch.method).toEqualTypeOf<'POST'>();
    expectTypeOf(operations.enrollBatch.path).toEqualTypeOf<'/cards/batch'>();
  });

  test('narrows a validation to the value or the problems', () => {
    const verdict = validateEnrollmentData({});
    if (verdict.valid) expectTypeOf(verdict.value).toEqualTypeOf<EnrollmentData>();
    // @ts-expect-error an invalid value is not handed on
    else expectTypeOf(verdict.value).toBeUndefined();
  });
});
