/** A JSON value. */
type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** An object of them. */
type JsonObject = { readonly [name: string]: Json };

/**
 * A document of a size that real providers have: shared schemas, recursion, unions, and all kinds of
 * parameters.
 */
export function largeDocument(operations: number, changed: boolean): JsonObject {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, Json> = {
    Problem: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        causes: { type: 'array', items: { $ref: '#/components/schemas/Problem' } },
      },
    },
    Money: {
      type: 'object',
      required: ['amount', 'currency'],
      properties: {
        amount: { type: 'string', pattern: '^-?[0-9]+\\.[0-9]{2}$' },
        currency: { type: 'string', minLength: 3, maxLength: 3 },
      },
      additionalProperties: false,
    },
  };
  for (let index = 0; index < operations / 5; index += 1) {
    const narrowed = changed && index % 40 === 7;
    schemas[`Thing${index}`] = thing(index, narrowed);
    const ref = { $ref: `#/components/schemas/Thing${index}` };
    paths[`/things${index}`] = { get: list(index, ref), post: write(index, ref, 'create') };
    paths[`/things${index}/{id}`] = {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
      get: { operationId: `read${index}`, responses: answers(ref) },
      put: write(index, ref, 'replace'),
      delete: {
        operationId: `remove${index}`,
        responses: { 204: { description: 'gone' }, default: { $ref: '#/components/responses/Problem' } },
      },
    };
  }
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    openapi: '3.1.0',
    info: { title: 'large', version: '1.0.0' },
    paths,
    components: { schemas, responses: { Problem: { description: 'problem', content } } },
  };
}

function thing(index: number, narrowed: boolean): Json {
  // Things refer to each other in groups of ten, and the first of a group to itself.
  const next = `#/components/schemas/Thing${index % 10 === 0 ? index : index - 1}`;
  const properties: Record<string, Json> = {
    id: { type: 'string', format: 'uuid', readOnly: true },
    name: { type: 'string', maxLength: narrowed ? 40 : 80 },
    state: { type: 'string', enum: ['open', 'closed', ...(narrowed ? ['lost'] : [])] },
    price: { $ref: '#/components/schemas/Money' },
    next: { $ref: next },
    payment: {
      oneOf: [
        {
          type: 'object',
          required: ['kind', 'card'],
          properties: { kind: { const: 'card' }, card: { type: 'string' } },
        },
        {
          type: 'object',
          required: ['kind', 'iban'],
          properties: { kind: { const: 'sepa' }, iban: { type: 'string' } },
        },
      ],
    },
  };
  for (let field = 0; field < 20; field += 1)
    properties[`field${field}`] = {
      type: field % 2 === 0 ? 'string' : 'integer',
      description: `field ${field} of thing ${index}`,
    };
  return { type: 'object', required: ['id', 'name'], properties };
}

function list(index: number, ref: Json): Json {
  return {
    operationId: `list${index}`,
    parameters: [
      { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
      {
        name: 'state',
        in: 'query',
        schema: { type: 'array', items: { type: 'string', enum: ['open', 'closed'] } },
      },
    ],
    responses: answers({ type: 'array', items: ref }),
  };
}

function write(index: number, ref: Json, action: string): Json {
  return {
    operationId: `${action}${index}`,
    requestBody: { required: true, content: { 'application/json': { schema: ref } } },
    responses: answers(ref),
  };
}

function answers(schema: Json): Json {
  return {
    200: { description: 'ok', content: { 'application/json': { schema } } },
    default: { $ref: '#/components/responses/Problem' },
  };
}
