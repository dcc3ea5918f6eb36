import { shop } from '../workspace.ts';

/**
 * The shop, with everything that a pact can break: an enum, a uuid, lengths, a required header, a union, a
 * query.
 */
export const verified = shop
  .replace(
    'schema: { type: string } }\n    put:',
    'schema: { type: string, format: uuid } }\n      - { name: page, in: query, x-provenance: documented, schema: { type: string, enum: [first, last] } }\n      - { name: X-Tenant, in: header, required: true, x-provenance: documented, schema: { type: string } }\n    put:',
  )
  .replace('required: [encryptedCard, serial]', 'required: [encryptedCard, serial, colour]')
  .replace(
    '        note: {',
    '        colour: { type: string, enum: [RED, BLUE], x-provenance: documented }\n        email: { type: string, format: email, x-sensitive: contact, x-provenance: documented }\n        note: {',
  )
  .replace('required: [state, serial]', 'required: [state, serial, at]')
  .replace(
    '        serial: { type: integer, x-provenance: documented }',
    `        serial: { type: integer, x-provenance: documented }
        at: { type: string, format: date-time, x-provenance: documented }
        size: { type: string, enum: [S, L], x-provenance: documented }
        paid:
          x-provenance: documented
          oneOf:
            - { type: object, required: [cash], additionalProperties: false, properties: { cash: { type: integer, x-provenance: documented } } }
            - { type: object, required: [card], additionalProperties: false, properties: { card: { type: string, x-provenance: documented } } }`,
  );

/** One matcher at one place. */
export const matcher = (match: string, more: object = {}): object => ({
  combine: 'AND',
  matchers: [{ match, ...more }],
});

/** A pact that the shop allows. Its card stands in clear where it travels encrypted. */
export function goodPact() {
  return {
    consumer: { name: 'till' },
    provider: { name: 'shop' },
    interactions: [
      {
        type: 'Synchronous/HTTP',
        description: 'an order',
        request: {
          method: 'PUT',
          path: '/orders/11111111-2222-4333-8444-555555555555',
          query: { page: ['first'] } as Record<string, string[]>,
          headers: { 'Content-Type': ['application/json'], 'X-Tenant': ['a'] } as Record<string, string[]>,
          body: {
            contentType: 'application/json',
            encoded: false,
            content: {
              serial: 1,
              colour: 'RED',
              note: 'soon',
              email: 'a@example.com',
              encryptedCard: { primaryAccountNumber: '000000000000' },
            } as Record<string, unknown>,
          },
          matchingRules: {
            body: {
              '$.note': matcher('regex', { regex: '^[a-z]{0,5}$' }),
              '$.colour': matcher('equality'),
              '$.encryptedCard.primaryAccountNumber': matcher('regex', { regex: '^[0-9]{12,19}$' }),
            } as Record<string, object>,
            query: {} as Record<string, object>,
          },
        },
        response: {
          status: 200,
          headers: { 'Content-Type': ['application/json'] },
          body: {
            contentType: 'application/json',
            encoded: false,
            content: {
              serial: 1,
              state: 'OPEN',
              at: '2026-01-02T03:04:05Z',
              size: 'S',
              paid: { cash: 5 },
            } as Record<string, unknown>,
          },
          matchingRules: {
            body: { '$.serial': matcher('integer'), '$.state': matcher('type') } as Record<string, object>,
          },
        },
      },
    ],
    metadata: { pactSpecification: { version: '4.0' } },
  };
}

/** A pact, to be changed. */
export type ShopPact = ReturnType<typeof goodPact>;
