import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '@enrollkit/contract';
import { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import { operations as directoryOperations } from '@enrollkit/contract/credential-directory';
import { operationOf } from '@enrollkit/testkit';
import { describe, expect, test } from 'vitest';
import { states } from '../pact/states.ts';

const contracts: readonly (readonly [string, Readonly<Record<string, Operation>>])[] = [
  ['click-to-pay-enrollment', operations],
  ['credential-directory', directoryOperations],
];
const folder = join(import.meta.dirname, '..', 'pacts');
const pactWith = (provider: string) => join(folder, `enrollkit-client-${provider}.json`);

interface Written {
  readonly request: { readonly method: string; readonly path: string };
  readonly response: { readonly status: number };
  readonly providerStates?: readonly { readonly name: string }[];
}

function interactionsOf(provider: string): readonly Written[] {
  return (
    JSON.parse(readFileSync(pactWith(provider), 'utf8')) as { readonly interactions: readonly Written[] }
  ).interactions;
}

describe('the written pacts', () => {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

  test.each(contracts)('hold every operation of %s', (name, table) => {
    const lines = interactionsOf(name).map(({ request: { method, path: target } }) => ({
      method,
      target,
    }));
    expect(new Set(lines.map((line) => operationOf(table, line).operationId))).toEqual(
      new Set(Object.keys(table)),
    );
  });

  test.each(contracts)('hold every operation of %s with a success and each class of error', (name, table) => {
    const found = new Map<string, Set<string>>();
    for (const { request, response } of interactionsOf(name)) {
      const { operationId } = operationOf(table, { method: request.method, target: request.path });
      const statuses = found.get(operationId) ?? new Set();
      found.set(operationId, statuses.add(String(response.status)));
    }
    for (const { operationId, responses } of Object.values(table)) {
      // A success is one of those that the contract has; every error has its own.
      const statuses = Object.keys(responses).filter((status) => /^[45]\d\d$/.test(status));
      const written = [...(found.get(operationId) ?? [])];
      expect({ operationId, successes: written.some((status) => status.startsWith('2')) }).toEqual({
        operationId,
        successes: true,
      });
      expect({ operationId, statuses: written.filter((status) => !status.startsWith('2')).sort() }).toEqual({
        operationId,
        statuses: statuses.sort(),
      });
    }
  });

  test('name every state, and no other', () => {
    const given = contracts.flatMap(([name]) =>
      interactionsOf(name).flatMap(({ providerStates = [] }) =>
        providerStates.map(({ name: state }) => state),
      ),
    );
    expect(new Set(given)).toEqual(new Set(Object.values(states)));
  });

  test.each([
    ['ciphertext', /eyJ|[\w-]{60,}/],
    ['a number that could be a card', /(?<!\d)(?!0{15}[01])[0-9]{12,19}(?!\d)/],
    ['a signature', /oauth_/],
  ])('hold no %s', (_what, pattern) => {
    for (const text of texts)
      expect(text.replaceAll(/"[\da-f]{8}(\.[\da-f]{8})?-[-\da-f]{27}"|"regex": ".*"/g, '')).not.toMatch(
        pattern,
      );
  });
});
