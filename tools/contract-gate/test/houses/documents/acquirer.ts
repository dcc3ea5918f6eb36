import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { described, type Edition, fields, json, ref, words } from './parts.ts';

/**
 * In the idiom of a card acquirer: OpenAPI 3.1, wide `oneOf`s told apart by one property, enums described
 * beside themselves, webhooks, callbacks, examples by reference, and a bare reference where an operation's
 * parts stand.
 */
export function acquirer({ resources, revised }: Edition): JsonObject {
  const schemas: Record<string, Json> = shared(resources, revised);
  const paths: Record<string, Json> = {};
  for (let index = 0; index < resources; index += 1) {
    schemas[`Method${index}Details`] = method(index, revised && index === 1);
    addPaths(paths, index, revised);
  }
  return {
    openapi: '3.1.0',
    'x-publicVersion': true,
    jsonSchemaDialect: 'https://spec.openapis.org/oas/3.1/dialect/base',
    info: {
      title: 'Checkout',
      version: revised ? '72' : '71',
      'x-timestamp': '2026-09-01T10:00:00Z',
      termsOfService: 'https://www.acquirer.example/terms',
      contact: { name: 'Developers', email: 'x@acquirer.example' },
    },
    servers: [
      {
        url: 'https://{prefix}-checkout.acquirer.example/v{version}',
        variables: { prefix: { default: 'test' }, version: { default: '71', enum: ['70', '71'] } },
      },
    ],
    paths,
    webhooks: {
      AUTHORISATION: { $ref: '#/components/pathItems/Notification' },
      CAPTURE: {
        post: {
          operationId: 'post-CAPTURE',
          requestBody: { content: { 'application/json': { schema: ref('Notification') } } },
          responses: { '200': { description: 'OK - the request has succeeded.' } },
          'x-sortIndex': 1,
        },
      },
    },
    components: {
      schemas,
      pathItems: {
        Notification: {
          post: {
            operationId: 'post-AUTHORISATION',
            requestBody: { content: { 'application/json': { schema: ref('Notification') } } },
            responses: { '200': { description: 'OK - the request has succeeded.' } },
          },
        },
      },
      securitySchemes: {
        ApiKeyAuth: { in: 'header', name: 'X-API-Key', type: 'apiKey' },
        BasicAuth: { scheme: 'basic', type: 'http' },
        OAuth: {
          type: 'oauth2',
          flows: {
            clientCredentials: {
              tokenUrl: 'https://ca.acquirer.example/token',
              scopes: { 'payments:write': 'write payments' },
            },
          },
        },
      },
      headers: { 'Idempotency-Key': { description: words, schema: { type: 'string' } } },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description: words,
          example: '37ca9c97-d1d1-4c62-89e8-706891a563ed',
          schema: { type: 'string' },
        },
      },
      examples: {
        'post-payments-basic': { summary: 'a card', value: { amount: { currency: 'EUR', value: 1000 } } },
      },
    },
    security: [{ BasicAuth: [] }, { ApiKeyAuth: [] }, { OAuth: ['payments:write'] }],
  };
}

function shared(resources: number, revised: boolean): Record<string, Json> {
  return {
    Amount: {
      type: 'object',
      required: ['value', 'currency'],
      properties: {
        currency: { description: words, maxLength: 3, minLength: 3, type: 'string' },
        value: { description: words, format: 'int64', type: 'integer' },
      },
    },
    Notification: {
      type: 'object',
      properties: {
        live: { type: 'string' },
        notificationItems: { type: 'array', items: { $ref: '#/components/schemas/NotificationItem' } },
      },
      required: ['live', 'notificationItems'],
    },
    NotificationItem: {
      type: 'object',
      additionalProperties: false,
      properties: { amount: ref('Amount'), eventCode: { type: 'string' }, success: { const: 'true' } },
    },
    PaymentRequest: {
      type: 'object',
      'x-addedInVersion': '1',
      required: ['amount', 'merchantAccount', 'paymentMethod', 'reference', 'returnUrl'],
      properties: {
        amount: { description: words, $ref: '#/components/schemas/Amount' },
        merchantAccount: { type: 'string' },
        reference: { type: 'string', maxLength: revised ? 40 : 80 },
        returnUrl: { type: 'string', maxLength: 8000 },
        additionalData: { additionalProperties: { type: 'string' }, type: 'object' },
        captureDelayHours: { format: 'int32', type: 'integer' },
        channel: {
          enum: ['iOS', 'Android', 'Web'],
          type: 'string',
          'x-enum': [{ value: 'iOS' }, { value: 'Web' }],
        },
        metadata: {
          'x-addedInVersion': '2',
          additionalProperties: { type: 'string' },
          maxProperties: 20,
          type: 'object',
        },
        paymentMethod: {
          description: words,
          'x-anyOf': [{ $ref: '#/components/schemas/AfterpayDetails' }],
          oneOf: Array.from({ length: resources }, (_, index) => ref(`Method${index}Details`)),
        },
        splits: { items: ref('Split'), type: 'array' },
        shopperInteraction: { type: 'string', enum: ['Ecommerce', 'ContAuth', 'Moto', 'POS'] },
      },
    },
    Split: {
      type: 'object',
      required: ['type'],
      properties: { amount: ref('Amount'), type: { enum: ['MarketPlace', 'Commission'], type: 'string' } },
    },
    PaymentResponse: {
      type: 'object',
      properties: {
        action: {
          description: words,
          oneOf: ['redirect', 'threeDS2', 'await'].map((type) => ref(`Checkout_${type}_Action`)),
          discriminator: {
            propertyName: 'type',
            mapping: Object.fromEntries(
              ['redirect', 'threeDS2', 'await'].map((type) => [
                type,
                `#/components/schemas/Checkout_${type}_Action`,
              ]),
            ),
          },
        },
        resultCode: {
          type: 'string',
          enum: [
            'AuthenticationFinished',
            'Authorised',
            'Refused',
            ...(revised ? ['PartiallyAuthorised'] : []),
          ],
          'x-enum': [{ value: 'Authorised', description: words }],
        },
        additionalData: {
          anyOf: [ref('ResponseAdditionalDataCommon'), ref('ResponseAdditionalDataCard')],
        },
        fraudResult: {
          type: ['object', 'null'],
          properties: { accountScore: { type: 'integer', format: 'int32' } },
        },
      },
    },
    ResponseAdditionalDataCommon: { type: 'object', properties: { authCode: { type: 'string' } } },
    ResponseAdditionalDataCard: {
      type: 'object',
      properties: { cardBin: { type: 'string' }, 'threeds2.cardEnrolled': { type: 'boolean' } },
    },
    ServiceError: {
      type: 'object',
      properties: { errorCode: { type: 'string' }, status: { type: 'integer', format: 'int32' } },
    },
    ...Object.fromEntries(
      ['redirect', 'threeDS2', 'await'].map((type) => [
        `Checkout_${type}_Action`,
        {
          additionalProperties: false,
          type: 'object',
          required: ['type'],
          properties: {
            type: { type: 'string', enum: [type], description: words },
            url: { type: 'string' },
            data: { additionalProperties: { type: 'string' }, type: 'object' },
          },
        },
      ]),
    ),
  };
}

function method(index: number, changed: boolean): JsonObject {
  return {
    type: 'object',
    title: `Method ${index}`,
    additionalProperties: false,
    required: ['type', ...(changed ? ['billingAddress'] : [])],
    properties: {
      billingAddress: { type: 'string', description: words },
      checkoutAttemptId: { type: 'string' },
      storedPaymentMethodId: { maxLength: 64, type: 'string' },
      recurringDetailReference: { type: 'string', deprecated: true, 'x-deprecatedInVersion': '49' },
      type: {
        default: `method_${index}`,
        enum: [`method_${index}`, `method_${index}_legacy`],
        type: 'string',
      },
      ...fields(6, (at) => [`field${at}`, { type: 'string', description: words }]),
    },
  };
}

function addPaths(paths: Record<string, Json>, index: number, revised: boolean): void {
  const errors = Object.fromEntries(
    ['400', '401', '403', '422', '500'].map((status) => [
      status,
      described('failed', json(ref('ServiceError'))),
    ]),
  );
  const headers = { 'Idempotency-Key': { $ref: '#/components/headers/Idempotency-Key' } };
  paths[`/payments${index}`] = {
    post: {
      tags: ['Payments'],
      summary: 'Start a transaction',
      operationId: `post-payments${index}`,
      'x-groupName': 'Payments',
      'x-methodName': 'payments',
      parameters: [
        { $ref: '#/components/parameters/IdempotencyKey' },
        ...(revised && index === 0
          ? [{ name: 'X-Region', in: 'header', required: true, schema: { type: 'string' } }]
          : []),
      ],
      requestBody: {
        content: {
          'application/json': {
            schema: ref('PaymentRequest'),
            examples: { basic: { $ref: '#/components/examples/post-payments-basic' } },
          },
        },
      },
      callbacks: {
        onResult: {
          '{$request.body#/returnUrl}': {
            post: {
              requestBody: json(ref('Notification')),
              responses: { '200': { description: 'taken' } },
            },
          },
        },
      },
      responses: {
        '200': {
          description: 'OK',
          headers,
          content: { 'application/json': { schema: ref('PaymentResponse') } },
          links: {
            capture: {
              operationId: `get-payments${index}-reference`,
              parameters: { reference: '$response.body#/pspReference' },
            },
          },
        },
        ...errors,
      },
    },
  };
  paths[`/payments${index}/{reference}`] = {
    get: {
      operationId: `get-payments${index}-reference`,
      parameters: [{ name: 'reference', in: 'path', required: true, schema: { type: 'string' } }],
      responses: { '200': { description: 'OK', ...json(ref('PaymentResponse')) }, ...errors },
    },
  };
}
