import type { JsonObject } from '../../src/spec/json.ts';

/** A document with these schemas; its only operation takes and gives the first of them. */
export function documentOf(schemas: JsonObject, more: JsonObject = {}): JsonObject {
  const [first = ''] = Object.keys(schemas);
  const content = {
    'application/json': { schema: { $ref: `#/components/schemas/${encodeURIComponent(first)}` } },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Any', version: '1' },
    paths: {
      '/any': {
        post: {
          operationId: 'send',
          requestBody: { content },
          responses: { '200': { description: 'ok', content } },
        },
      },
    },
    components: { schemas },
    ...more,
  };
}
