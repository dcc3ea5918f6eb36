import type { Edition } from './parts.ts';

/**
 * In the idiom of a bank: several YAML files, path items and answers by reference with escaped slashes,
 * anchors and merge keys, headers that are required, problem documents for every status. The files by their
 * path.
 */
export function bank({ resources, revised }: Edition): Record<string, string> {
  const paths = Array.from({ length: resources }, (_, index) => [
    `  /accounts${index}/{account-id}/payments: { $ref: './paths/accounts${index}.yaml#/~1accounts${index}~1{account-id}~1payments' }`,
    `  /consents${index}: { $ref: 'paths/accounts${index}.yaml#/consents' }`,
  ]).flat();
  const parts = Array.from({ length: resources }, (_, index) => [
    `paths/accounts${index}.yaml`,
    pathsFile(index, revised),
  ]);
  return {
    'openapi.yaml': `openapi: 3.0.1
info:
  title: Accounts and payments
  description: |-
    # Summary
    The **framework** of a bank: <b>everything</b> by reference.

    | a | b |
    |---|---|
  version: ${revised ? '1.3.13' : '1.3.12'}_2026-09-01
  license: { name: 'Creative Commons', url: 'https://creativecommons.org/licenses/by-nd/4.0/' }
servers:
  - url: https://api.bank.example/psd2/{version}
    variables: { version: { default: v1 } }
tags: [{ name: Accounts }]
paths:
${paths.join('\n')}
components:
  securitySchemes:
    BearerAuthOAuth: { type: http, scheme: bearer }
`,
    'common/schemas.yaml': schemasFile(revised),
    'common/answers.yaml': answersFile,
    ...Object.fromEntries(parts),
  };
}

const answersFile = `x-headers: &headers
  X-Request-ID:
    description: ID of the request.
    required: true
    schema: { type: string, format: uuid }
    example: 99391c7e-ad88-49ec-a2ad-99ddcb1f7721
problem: &problem
  description: The error.
  headers: *headers
'400':
  <<: *problem
  content:
    application/json: { schema: { $ref: 'schemas.yaml#/Error400' } }
    application/problem+json: { schema: { $ref: 'schemas.yaml#/Error400' } }
'401': { <<: *problem, description: Unauthorized }
'406': { description: Not Acceptable, headers: { <<: *headers, Location: { schema: { type: string, format: uri } } } }
`;

function schemasFile(revised: boolean): string {
  return `$defs: { unused: true }
currencyCode: { description: ISO 4217, type: string, pattern: '[A-Z]{3}', example: EUR }
amountValue: { type: string, pattern: '-?[0-9]{1,14}(\\.[0-9]{1,3})?', example: '5877.78' }
amount:
  type: object
  required: [currency, amount]
  properties:
    currency: { $ref: '#/currencyCode' }
    amount: { $ref: '#/amountValue' }
  example: { currency: EUR, amount: '123' }
iban: { type: string, pattern: '[A-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}' }
accountReference:
  description: Reference to an account by either IBAN or a masked number.
  type: object
  properties: &account
    iban: { $ref: 'schemas.yaml#/iban' }
    maskedPan: { type: string, maxLength: 35 }
    currency: { $ref: '#/currencyCode' }
wideReference:
  type: object
  properties:
    <<: *account
    other: { type: object, required: [identification], properties: { identification: { type: string, maxLength: 35 } } }
paymentInitiation:
  type: object
  required: [debtorAccount, instructedAmount, creditorAccount, creditorName]
  properties:
    endToEndIdentification: { type: string, maxLength: 35 }
    debtorAccount: { $ref: '#/accountReference' }
    instructedAmount: { $ref: '#/amount' }
    creditorAccount: { $ref: '#/wideReference' }
    creditorName: { type: string, maxLength: ${revised ? 35 : 70}, example: Creditor Name }
    requestedExecutionDate: { type: string, format: date }
    frequency: { type: string, enum: [Daily, Weekly, Monthly] }
    remittance: { not: { type: object } }
transactionStatus:
  type: string
  enum: [ACCC, ACSC, ACSP, ACTC, CANC, PDNG, RCVD, RJCT${revised ? ', PATC' : ''}]
paymentResponse:
  type: object
  required: [transactionStatus, paymentId, _links]
  properties:
    transactionStatus: { $ref: '#/transactionStatus' }
    paymentId: { type: string }
    transactionFees: { $ref: '#/amount' }
    scaMethods: { type: array, items: { $ref: '#/authenticationObject' } }
    _links:
      type: object
      additionalProperties: { type: object, properties: { href: { type: string } } }
      properties: { scaRedirect: { $ref: '#/href' }, self: { $ref: '#/href' } }
href: { type: object, required: [href], properties: { href: { type: string } } }
authenticationObject:
  type: object
  required: [authenticationType]
  properties:
    authenticationType: { type: string, enum: [SMS_OTP, CHIP_OTP] }
    previous: { $ref: '#/authenticationObject' }
Error400:
  type: object
  required: [type, code]
  properties:
    type: { type: string, format: uri, maxLength: 70 }
    code: { type: string, enum: [FORMAT_ERROR, PARAMETER_NOT_CONSISTENT] }
    additionalErrors: { type: array, items: { $ref: '#/Error400' } }
`;
}

function pathsFile(index: number, revised: boolean): string {
  const media = revised && index === 2 ? '[application/json]' : '[application/json, application/xml]';
  const content = (schema: string): string =>
    media
      .slice(1, -1)
      .split(', ')
      .map((type) => `          ${type}: { schema: { $ref: '../common/schemas.yaml#/${schema}' } }`)
      .join('\n');
  return `x-request-id: &request-id { name: X-Request-ID, in: header, required: true, schema: { type: string, format: uuid } }
x-answers: &answers
  '400': { $ref: '../common/answers.yaml#/400' }
  '401': { $ref: '../common/answers.yaml#/401' }
  '406': { $ref: '../common/answers.yaml#/406' }
'/accounts${index}/{account-id}/payments':
  parameters:
    - name: account-id
      in: path
      required: true
      schema: { type: string }
  post:
    operationId: initiatePayment${index}
    summary: Payment initiation request
    description: >-
      Creates a payment initiation request at the bank,
      with all data that are necessary.
    tags: [Accounts]
    security: [{}, { BearerAuthOAuth: [] }]
    parameters:
      - *request-id
      - { name: Digest, in: header, required: false, schema: { type: string }, example: 'SHA-256=x' }
      - { name: PSU-IP-Address, in: header, required: true, schema: { type: string, format: ipv4 } }
      - { name: X-SESSION, in: cookie, schema: { type: string } }
    requestBody:
      required: true
      content:
${content('paymentInitiation')}
    responses:
      '201':
        description: CREATED
        headers:
          Location: { description: where, required: false, schema: { type: string, format: url } }
          ASPSP-SCA-Approach: { schema: { type: string, enum: [EMBEDDED, REDIRECT] } }
        content:
          application/json: { schema: { $ref: '../common/schemas.yaml#/paymentResponse' } }
        links:
          status: { operationId: readConsents${index} }
      <<: *answers
consents:
  get:
    operationId: readConsents${index}
    parameters: [*request-id, { name: withBalance, in: query, schema: { type: boolean } }]
    responses:
      '200':
        description: OK
        content:
          application/json:
            schema: { type: array, items: { $ref: '../common/schemas.yaml#/accountReference' } }
      <<: *answers
`;
}
