import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { gate, workspace } from '../workspace.ts';
import { goodPact, matcher, verified } from './pacts.ts';
import { type Interaction, verifyShop } from './verify-shop.ts';

/** What is changed by hand, and the finding that refuses it. */
const forbidden: readonly (readonly [
  kind: string,
  change: (interaction: Interaction) => void,
  finding: string,
])[] = [
  [
    'an unknown path',
    ({ request }) => {
      request.path = '/ordners/1';
    },
    'pact/request.path-or-method.unknown',
  ],
  [
    'a wrong method',
    ({ request }) => {
      request.method = 'POST';
    },
    'pact/request.path-or-method.unknown',
  ],
  [
    'a path parameter that is no uuid',
    ({ request }) => {
      request.path = '/orders/one';
    },
    'pact/request.path-or-method.unknown',
  ],
  [
    'a missing required field',
    ({ request }) => {
      delete request.body.content['colour'];
    },
    'pact/request.body.incompatible',
  ],
  [
    'a missing field inside the JWE',
    ({ request }) => {
      request.body.content['encryptedCard'] = {};
    },
    'pact/request.body.incompatible',
  ],
  [
    'a value inside the JWE that does not fit',
    ({ request }) => {
      request.body.content['encryptedCard'] = { primaryAccountNumber: 'none' };
    },
    'pact/request.body.incompatible',
  ],
  [
    'a bad enum in the request',
    ({ request }) => {
      request.body.content['colour'] = 'GREEN';
    },
    'pact/request.body.incompatible',
  ],
  [
    'a text that is too long',
    ({ request }) => {
      request.body.content['note'] = 'much later';
    },
    'pact/request.body.incompatible',
  ],
  [
    'a missing required header',
    ({ request }) => {
      delete request.headers['X-Tenant'];
    },
    'pact/request.header.incompatible',
  ],
  [
    'a wrong type in the request',
    ({ request }) => {
      request.body.content['note'] = 5;
    },
    'pact/request.body.incompatible',
  ],
  [
    'an undocumented status',
    ({ response }) => {
      response.status = 418;
    },
    'pact/response.status.unknown',
  ],
  [
    'a wrong type in the answer',
    ({ response }) => {
      response.body.content['serial'] = 'one';
    },
    'pact/response.body.incompatible',
  ],
  [
    'a bad enum in the answer',
    ({ response }) => {
      response.body.content['size'] = 'XXL';
    },
    'pact/response.body.incompatible',
  ],
  [
    'a bad date-time in the answer',
    ({ response }) => {
      response.body.content['at'] = 'yesterday';
    },
    'pact/response.body.incompatible',
  ],
  [
    'a field of the answer that nobody described',
    ({ response }) => {
      response.body.content['rebate'] = 1;
    },
    'pact/response.body.incompatible',
  ],
  [
    'a wrong member of a union',
    ({ response }) => {
      response.body.content['paid'] = { cheque: 'x' };
    },
    'pact/response.body.incompatible',
  ],
  [
    'an extra field in the request',
    ({ request }) => {
      request.body.content['rebate'] = 1;
    },
    'pact/request-field-unknown',
  ],
  [
    'an extra field inside the JWE',
    ({ request }) => {
      request.body.content['encryptedCard'] = { primaryAccountNumber: '000000000000', cvc: '000' };
    },
    'pact/request-field-unknown',
  ],
  [
    'an unknown query parameter',
    ({ request }) => {
      request.query['sort'] = ['up'];
    },
    'pact/query-unknown',
  ],
  [
    'a matcher wider than the enum',
    ({ request }) => {
      request.matchingRules.body['$.colour'] = matcher('type');
    },
    'pact/matcher-wider',
  ],
  [
    'a matcher wider than the enum, from above',
    ({ request }) => {
      delete request.matchingRules.body['$.colour'];
      request.matchingRules.body['$'] = matcher('type');
    },
    'pact/matcher-wider',
  ],
  [
    'a matcher wider than the enum of the query',
    ({ request }) => {
      request.matchingRules.query['$.page[0]'] = matcher('type');
    },
    'pact/matcher-wider',
  ],
  [
    'a matcher wider than the length',
    ({ request }) => {
      request.matchingRules.body['$.note'] = matcher('regex', { regex: '^[a-z]{0,6}$' });
    },
    'pact/matcher-wider',
  ],
  [
    'a matcher that is not anchored',
    ({ request }) => {
      request.matchingRules.body['$.note'] = matcher('regex', { regex: '[a-z]{0,5}' });
    },
    'pact/matcher-wider',
  ],
  [
    'a matcher wider than the pattern inside the JWE',
    ({ request }) => {
      request.matchingRules.body['$.encryptedCard.primaryAccountNumber'] = matcher('regex', {
        regex: '^[0-9]{11,19}$',
      });
    },
    'pact/matcher-wider',
  ],
  [
    'a matcher wider than the format',
    ({ request }) => {
      request.matchingRules.body['$.email'] = matcher('type');
    },
    'pact/matcher-wider',
  ],
];

describe('verify', () => {
  test('verify passes a pact that conforms to the contract', async () => {
    expect(await verifyShop()).toEqual({ code: 0, findings: [] });
  });

  test.each(forbidden)('refuses %s', async (_, change, finding) => {
    const { code, findings } = await verifyShop(change);
    expect([code, findings.filter(({ severity }) => severity === 'error').map(({ id }) => id)]).toEqual([
      1,
      expect.arrayContaining([finding]),
    ]);
    expect(
      findings.every(({ place }) => place?.file === 'libs/till/pacts/till-shop.json' && place.line > 1),
    ).toBe(true);
  });

  test('finds a pact of our own client within the contract, and refuses it once it sends what the contract does not have', async () => {
    const root = join(import.meta.dirname, '../../../..');
    const spec = readFileSync(join(root, 'specs/click-to-pay-enrollment/openapi.yaml'), 'utf8');
    const pact = readFileSync(
      join(root, 'libs/client/pacts/enrollkit-client-click-to-pay-enrollment.json'),
      'utf8',
    );
    const files = { 'specs/click-to-pay-enrollment/openapi.yaml': spec, 'libs/client/pacts/a.json': pact };
    expect(await gate(workspace(files), 'verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('the contracts allow all of it'),
    });
    const other = {
      ...files,
      'libs/client/pacts/a.json': pact.replaceAll('"panExpirationMonth": "12"', '"panExpirationMonth": "13"'),
    };
    expect(await gate(workspace(other), 'verify')).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /libs\/client\/pacts\/a\.json:\d+:\d+\n {2}a batch: .*\(0\[1-9\]\|1\[0-2\]\)/,
      ),
    });
  });

  test.each([
    {
      what: 'no pact where the configuration names some',
      files: { 'contract-gate.yaml': "pacts: ['libs/*/pacts/*.json']\n" },
      code: 1,
      said: 'no pact matches',
    },
    { what: 'no pact, and none named', files: {}, code: 0, said: '0 pacts' },
    {
      what: 'a pact with nobody',
      files: { 'libs/a/pacts/a.json': JSON.stringify({ ...goodPact(), provider: { name: 'nobody' } }) },
      code: 1,
      said: 'no contract is called nobody',
    },
    {
      what: 'a pact that is none',
      files: { 'libs/a/pacts/a.json': '{ "consumer": { "name": 5 } }' },
      code: 3,
      said: 'libs/a/pacts/a.json:1:1: the pact cannot be used',
    },
    {
      what: 'a configuration with a key of its own',
      files: { 'contract-gate.yaml': 'pacts: []\npact: []\n' },
      code: 3,
      said: 'contract-gate.yaml:2:1: the configuration cannot be used: pact is no key here',
    },
  ])('says so: $what', async ({ files, code, said }) => {
    const ending = await gate(workspace({ 'specs/shop/openapi.yaml': verified, ...files }), 'verify');
    expect(ending.code).toBe(code);
    expect(ending.out + ending.err).toContain(said);
  });
});
