import { describe, expect, it } from 'vitest';

import type { RuleSetting } from '../../src/config/config.ts';
import { diffContracts } from '../../src/diff/diff.ts';
import { breaks, type ContractFinding } from '../../src/diff/finding.ts';
import { reportOf } from '../../src/diff/report.ts';
import type { Bundle } from '../../src/spec/bundle.ts';
import { parseSource } from '../../src/spec/source.ts';
import type { Json, JsonObject } from '../../src/spec/json.ts';
import { answered, api, asked, one, parameters } from './api.ts';

const text = { type: 'string' };
const broken = (base: JsonObject, revision: JsonObject): ContractFinding[] =>
  diffContracts(base, revision).filter(breaks);
const document = (yaml: string): JsonObject => parseSource(yaml, 'openapi.yaml').value as JsonObject;

describe('diff looks at everything, or says so', () => {
  it('resolves merge keys before it compares', () => {
    const written = (type: string): JsonObject =>
      document(`
openapi: 3.0.3
info: { title: t, version: 1.0.0 }
x-common: &common { type: object, properties: { d: { type: ${type} } } }
paths:
  /a:
    get:
      responses:
        '200': { description: ok, content: { application/json: { schema: { <<: *common, description: x } } } }
`);
    expect(broken(written('string'), written('integer'))).toHaveLength(1);
  });

  it('refuses a merge key that stands for no map', () => {
    expect(() => document('a: { <<: 1 }')).toThrow(/merge key/);
  });

  it('follows a reference in place of an operation', () => {
    const behind = (maxLength: number): JsonObject =>
      api(
        { '/a': { post: { $ref: '#/x-operations/a' } } },
        {
          'x-operations': {
            a: {
              requestBody: { content: { 'application/json': { schema: { type: 'string', maxLength } } } },
              responses: { 200: { description: 'ok' } },
            },
          },
        },
      );
    expect(broken(behind(9), behind(5))).toHaveLength(1);
  });

  it('names a demand that only properties nobody describes can miss, and breaks nobody by it', () => {
    const demand = { if: { properties: { k: { const: 1 } }, required: ['k'] }, then: { required: ['v'] } };
    const found = diffContracts(asked({ type: 'object' }), asked({ type: 'object', ...demand }));
    expect(found.map(({ kind, severity }) => [kind, severity])).toEqual([['undescribed', 'info']]);
  });

  it('proves a finding with a value of the whole body, of the property that the finding names', () => {
    const body = (a: Json, b: Json): Json => ({
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'object', properties: { a, b } } } },
    });
    const found = broken(asked(body(text, text)), asked(body(text, { type: 'string', maxLength: 2 })));
    expect(found.map(({ where, witness }) => [where, witness?.value])).toEqual([
      ['body /list/*/b', { list: [{ b: 'aaa' }] }],
    ]);
  });

  it('lets an enum beside references decide', () => {
    const kind = (...values: string[]): JsonObject =>
      answered(
        {
          type: 'object',
          properties: { kind: { enum: ['a'], allOf: [{ $ref: '#/components/schemas/Kind' }] } },
        },
        '3.1.0',
        { schemas: { Kind: { oneOf: values.map((value) => ({ const: value })) } } },
      );
    expect(broken(kind('a', 'b'), kind('a', 'b', 'c'))).toEqual([]);
  });

  it('sees what a negation refuses', () => {
    const not = (...required: string[]): JsonObject => asked({ type: 'object', not: { required } });
    expect(broken(not('a', 'b'), not('c', 'b'))).toHaveLength(1);
  });

  it('reads oneOf by the letter where its variants are made for that', () => {
    const variants = [{ type: 'integer' }, { type: 'number', minimum: 5 }];
    expect(broken(asked({ anyOf: variants }), asked({ oneOf: variants }))).toHaveLength(1);
    expect(broken(asked({ oneOf: variants }), asked({ anyOf: variants }))).toEqual([]);
  });

  it('decides lengths that no example is written for', () => {
    const long = (maxLength: number): JsonObject => asked({ type: 'string', maxLength });
    const [finding] = broken(long(1e9), long(1e8));
    expect(finding).toMatchObject({ severity: 'breaking' });
    expect(finding?.witness).toBeUndefined();
  });

  it('names the variants of a union, and shows no inner representation', () => {
    const union = (...names: string[]): Json => ({
      anyOf: names.map((name) => ({ type: 'object', properties: { [name]: text }, required: [name] })),
    });
    const found = broken(
      answered(union('code', 'reason')),
      answered({ type: 'object', properties: { x: text } }),
    );
    expect(found.map(({ message }) => message).join()).toContain('with "code"');
    expect(JSON.stringify(found)).not.toContain('keywords');
  });

  it('takes a path whose parameter was renamed with its template for the same', () => {
    const parameter = { name: 'thing', in: 'path', required: true, schema: text };
    const found = broken(
      parameters([parameter], '3.0.3', '/things/{id}'),
      parameters([parameter], '3.0.3', '/things/{thing}'),
    );
    expect(found).toEqual([]);
  });

  it('takes a scalar or null in a query for written plainly', () => {
    const query = (schema: Json): JsonObject => parameters([{ name: 'q', in: 'query', schema }]);
    expect(broken(query(text), query({ anyOf: [text, { type: 'null' }] }))).toEqual([]);
  });
});

describe('a finding is known by its contract and its places', () => {
  const titled = (title: string, schema: Json): JsonObject => ({
    ...asked(schema),
    info: { title, version: '1' },
  });
  const idsOf = (title: string): string[] =>
    broken(titled(title, text), titled(title, { type: 'string', maxLength: 3 })).map(({ id }) => id);

  it('has another id for the same change in another contract', () => {
    expect(idsOf('one')).not.toEqual(idsOf('other'));
    expect(idsOf('one')).toEqual(idsOf('one'));
  });

  it('names both places of a change that shows in clear and inside a JWE', () => {
    const both = (maxLength: number): JsonObject =>
      one(
        {
          requestBody: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: {
                    card: { $ref: '#/components/schemas/Card' },
                    sealed: { type: 'string', 'x-encrypted': { $ref: '#/components/schemas/Card' } },
                  },
                },
              },
            },
          },
        },
        {
          components: {
            schemas: { Card: { type: 'object', properties: { pan: { type: 'string', maxLength } } } },
          },
        },
      );
    const [finding, ...others] = broken(both(19), both(16));
    expect(others).toEqual([]);
    expect([finding?.where, ...(finding?.alsoAt ?? [])].sort()).toEqual([
      'body /card/pan',
      'body /sealed/pan',
    ]);
  });
});

describe('rules of the configuration', () => {
  const base = asked(text);
  const revision = asked({ type: 'string', maxLength: 3 });
  const bundle = (document: JsonObject): Bundle => ({
    file: 'openapi.yaml',
    document,
    locate: () => ({ file: 'openapi.yaml', line: 1, column: 1 }),
  });
  const failed = (rule?: RuleSetting): boolean =>
    reportOf(diffContracts(base, revision), {
      base: bundle(base),
      revision: bundle(revision),
      exceptions: [],
      today: new Date(),
      failOn: 'wire',
      rules: new Map(rule === undefined ? [] : [['request/max-length', rule]]),
    }).failed;

  it('let a finding fail the comparison, warn or stay unseen', () => {
    expect([failed(), failed('error'), failed('warning'), failed('off')]).toEqual([true, true, false, false]);
  });
});
