import type { JsonObject } from '../../../src/spec/json.ts';
import { api, parameters } from '../api.ts';
import { always, breaks, holds, never, ok, oneWay, text, type OperationRow } from './row.ts';

const inPath = (name: string): JsonObject => ({ name, in: 'path', required: true, schema: text });

/** What happens to paths, methods, servers and the words beside them. */
export const pathRows: readonly OperationRow[] = [
  ...oneWay('a path removed', api({ '/a': { get: ok } }), api({ '/a': { get: ok }, '/b': { get: ok } })),
  ...oneWay('a method removed', api({ '/a': { get: ok } }), api({ '/a': { get: ok, delete: ok } })),
  ...never(
    'a path parameter renamed',
    parameters([{ name: 'id', in: 'path', required: true, schema: text }], '3.1.0', '/a/{id}'),
    parameters([{ name: 'key', in: 'path', required: true, schema: text }], '3.1.0', '/a/{key}'),
  ),
  ...oneWay(
    'a renamed path parameter narrowed',
    parameters(
      [{ name: 'key', in: 'path', required: true, schema: { type: 'string', maxLength: 4 } }],
      '3.1.0',
      '/a/{key}',
    ),
    parameters([{ name: 'id', in: 'path', required: true, schema: text }], '3.1.0', '/a/{id}'),
  ),
  breaks(
    'a deprecated operation removed',
    api({ '/a': { get: { ...ok, deprecated: true } }, '/b': { get: ok } }),
    api({ '/b': { get: ok } }),
  ),
  breaks(
    'removed before its sunset',
    api({ '/a': { get: { ...ok, deprecated: true, 'x-sunset': '2999-01-01' } }, '/b': { get: ok } }),
    api({ '/b': { get: ok } }),
  ),
  holds(
    'removed after its sunset',
    api({ '/a': { get: { ...ok, deprecated: true, 'x-sunset': '2020-01-01' } }, '/b': { get: ok } }),
    api({ '/b': { get: ok } }),
  ),
  breaks(
    'the announced end brought forward',
    api({ '/a': { get: { ...ok, deprecated: true, 'x-sunset': '2999-01-01' } } }),
    api({ '/a': { get: { ...ok, deprecated: true, 'x-sunset': '2998-01-01' } } }),
  ),
  ...never(
    'the announced end set, or put off',
    api({ '/a': { get: { ...ok, deprecated: true } } }),
    api({ '/a': { get: { ...ok, deprecated: true, 'x-sunset': '2999-01-01' } } }),
  ),
  ...always('a slash at the end of a path', api({ '/a': { get: ok } }), api({ '/a/': { get: ok } })),
  breaks(
    'one path parameter more',
    api({ '/a/{x}': { parameters: [inPath('x')], get: ok } }),
    api({ '/a/{x}/{y}': { parameters: [inPath('x'), inPath('y')], get: ok } }),
  ),
  ...never('deprecated', api({ '/a': { get: ok } }), api({ '/a': { get: { ...ok, deprecated: true } } })),
  ...never(
    'tags, summary, description',
    api({ '/a': { get: ok } }),
    api({ '/a': { get: { ...ok, tags: ['x'], summary: 's', description: 'd' } } }),
  ),
  ...never(
    'operationId changed',
    api({ '/a': { get: { ...ok, operationId: 'getA' } } }),
    api({ '/a': { get: { ...ok, operationId: 'readA' } } }),
  ),
  holds(
    'a version moved from the server to the paths',
    api({ '/a': { get: ok } }, { servers: [{ url: 'https://example.com/v1' }] }),
    api({ '/v1/a': { get: ok } }, { servers: [{ url: 'https://example.com' }] }),
  ),
  breaks(
    'another server',
    api({ '/a': { get: ok } }, { servers: [{ url: 'https://a.example.com' }] }),
    api({ '/a': { get: ok } }, { servers: [{ url: 'https://b.example.com' }] }),
  ),
  holds(
    'one server more',
    api({ '/a': { get: ok } }, { servers: [{ url: 'https://a.example.com' }] }),
    api(
      { '/a': { get: ok } },
      { servers: [{ url: 'https://a.example.com/' }, { url: 'https://b.example.com' }] },
    ),
  ),
  ...never(
    'info and links',
    api({ '/a': { get: ok } }),
    api(
      {
        '/a': { get: { responses: { 200: { description: 'fine', links: { next: { operationId: 'x' } } } } } },
      },
      { info: { title: 'other', version: '9' } },
    ),
  ),
];
