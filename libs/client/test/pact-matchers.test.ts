import { MatchersV3 } from '@pact-foundation/pact';
import { describe, expect, test } from 'vitest';
import { Exactly, matching } from '../pact/matchers.ts';
import { PlainContract, type Schema } from '../pact/plain-schema.ts';

const contract = await PlainContract.load('click-to-pay-enrollment');
const { boolean, equal, integer, like, nullValue, regex } = MatchersV3;

describe('a matcher accepts what its schema accepts, never more,', () => {
  test.each<[string, Schema, unknown, unknown]>([
    ['a text', { type: 'string' }, 'x', like('x')],
    [
      'a text of a length',
      { type: 'string', minLength: 1, maxLength: 9 },
      'x',
      regex('^[\\s\\S]{1,9}$', 'x'),
    ],
    ['a text that is not empty', { type: 'string', minLength: 1 }, 'x', regex('^[\\s\\S]{1,}$', 'x')],
    ['a pattern', { type: 'string', pattern: '^[A-Z]{2}$' }, 'US', regex('^[A-Z]{2}$', 'US')],
    [
      'a pattern with a length it can carry',
      { type: 'string', pattern: '^[a-z]+$', minLength: 1, maxLength: 64 },
      'x',
      regex('^[a-z]{1,64}$', 'x'),
    ],
    [
      'a pattern with a length it cannot carry',
      { type: 'string', pattern: '^a|b$', maxLength: 1 },
      'a',
      equal('a'),
    ],
    ['an enum', { type: 'string', enum: ['A', 'B'] }, 'A', equal('A')],
    ['a constant', { const: 7 }, 7, equal(7)],
    ['a whole number', { type: 'integer' }, 7, integer(7)],
    ['a truth', { type: 'boolean' }, true, boolean(true)],
    ['nothing', { type: ['string', 'null'] }, null, nullValue()],
    ['what the consumer relies on', { type: 'string' }, new Exactly('x'), equal('x')],
    ['a list', { type: 'array', items: { type: 'integer' } }, [1], [integer(1)]],
    ['a member', { type: 'object', properties: { a: { type: 'string' } } }, { a: 'x' }, { a: like('x') }],
    [
      'one of several',
      {
        anyOf: [
          { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } },
          { type: 'string', maxLength: 2 },
        ],
      },
      'x',
      regex('^[\\s\\S]{0,2}$', 'x'),
    ],
  ])('for %s', (...[, schema, example, matcher]) => {
    expect(matching(contract, schema, example)).toEqual(matcher);
  });

  test('and does not exist for a field that the contract does not have', () => {
    expect(() => matching(contract, { type: 'object', properties: {} }, { pan: 1 })).toThrow(
      'the contract has no field pan here',
    );
    expect(() => contract.request('getBatchStatus')).toThrow(
      'the contract does not have a body of getBatchStatus',
    );
  });
});
