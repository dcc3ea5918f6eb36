import { Buffer } from 'node:buffer';

import { describe, expect, test } from 'vitest';

import { gate, workspace } from '../workspace.ts';
import { matcher, verified } from './pacts.ts';
import { type Interaction, verifyShop, withPay } from './verify-shop.ts';

describe('the matchers of a pact', () => {
  const kindsOf = ({ findings }: Awaited<ReturnType<typeof verifyShop>>): string[] =>
    findings.map(({ id, severity }) => `${severity} ${id}`);

  test.each<[string, (interaction: Interaction) => void]>([
    [
      'a regular expression',
      ({ response }) => void (response.matchingRules.body['$.size'] = matcher('regex', { regex: '^[SLX]$' })),
    ],
    [
      'a number for an integer',
      ({ response }) => void (response.matchingRules.body['$.serial'] = matcher('number')),
    ],
    ['a type for an enum', ({ response }) => void (response.matchingRules.body['$.size'] = matcher('type'))],
    [
      'a list of any length',
      ({ response }) => void (response.matchingRules.body['$'] = matcher('type', { min: 1 })),
    ],
  ])('lets a consumer take more of an answer than the contract promises: %s', async (_, change) => {
    expect(await verifyShop(change)).toEqual({ code: 0, findings: [] });
  });

  test('warns of a matcher that does not take all that the provider may send, with a value', async () => {
    const verdict = await verifyShop(({ response }) => {
      response.matchingRules.body['$.size'] = matcher('regex', { regex: '^S$' });
    });
    expect([verdict.code, kindsOf(verdict)]).toEqual([0, ['warning pact/matcher-narrower']]);
    expect(JSON.stringify(verdict.findings)).toContain('"text":"\\"L\\""');
  });

  test('judges a regular expression by the variant of a union that the example is of', async () => {
    const change = (regex: string) => (interaction: Interaction) => {
      Object.assign(interaction.request.body.content, { pay: { kind: 'card', last4: '1234' } });
      interaction.request.matchingRules.body['$.pay.kind'] = matcher('regex', { regex });
    };
    expect(kindsOf(await verifyShop(change('^card$'), withPay))).toEqual([]);
    expect(kindsOf(await verifyShop(change('^c'), withPay))).toEqual(['error pact/matcher-wider']);
  });

  test('reads a JSON body that a pact keeps as base64', async () => {
    const encode = (size: string) => (interaction: Interaction) => {
      const { body } = interaction.response;
      const content = Buffer.from(JSON.stringify({ ...body.content, size })).toString('base64');
      Object.assign(body, { content, encoded: 'base64' });
    };
    expect(kindsOf(await verifyShop(encode('S')))).toEqual([]);
    expect(kindsOf(await verifyShop(encode('XXL')))).not.toEqual([]);
  });

  test('judges the matcher of a path by the patterns of its parameters', async () => {
    const path = (regex: string) => (interaction: Interaction) => {
      Object.assign(interaction.request, { path: '/orders/7' });
      Object.assign(interaction.request.matchingRules, { path: matcher('regex', { regex }) });
    };
    const digits = verified.replace(
      'schema: { type: string, format: uuid }',
      () => "schema: { type: string, pattern: '^[0-9]+$' }",
    );
    expect(kindsOf(await verifyShop(path('^/orders/[0-9]{1,3}$'), digits))).toEqual([]);
    expect(kindsOf(await verifyShop(path('^/orders/[0-9a-z]+$'), digits))).toEqual([
      'error pact/matcher-wider',
    ]);
  });

  test('names the matchers that it cannot judge', async () => {
    const verdict = await verifyShop(({ request, response }) => {
      Object.assign(request.matchingRules, { path: matcher('type') });
      Object.assign(response.matchingRules, { status: matcher('statusCode', { status: 'success' }) });
    });
    expect(kindsOf(verdict)).toEqual(['warning pact/matcher-not-judged', 'warning pact/matcher-not-judged']);
  });

  test('counts no interaction that does not travel by HTTP', async () => {
    const message = {
      type: 'Synchronous/Messages',
      description: 'a call',
      request: { contents: { content: {} } },
      response: [],
    };
    const pact = {
      consumer: { name: 'till' },
      provider: { name: 'shop' },
      interactions: [message],
      metadata: { pactSpecification: { version: '4.0' } },
    };
    const cwd = workspace({
      'specs/shop/openapi.yaml': verified,
      'libs/till/pacts/till-shop.json': JSON.stringify(pact),
    });
    expect(await gate(cwd, 'verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 pact, 0 interactions'),
    });
  });
});
