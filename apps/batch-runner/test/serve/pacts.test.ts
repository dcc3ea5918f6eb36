import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pactDifferences, rewritingProxy, type Passing } from '@enrollkit/testkit';
import { Verifier } from '@pact-foundation/pact';
import { beforeAll, describe, expect, test } from 'vitest';
import { PactStage } from './pact-states.ts';

const pactFile = join(import.meta.dirname, '../../../console/pacts/enrollkit-console-runner.json');

describe('the server of the console and the pact with the console', () => {
  let stage: PactStage;

  beforeAll(async () => {
    stage = await PactStage.open();
    return () => stage.close();
  }, 120_000);

  /** What a browser adds by itself, and the token of the session in the place of the pact's. */
  const asInBrowser = async ({ headers, target, ...passing }: Passing) => {
    const { session } = stage;
    const { Cookie, Origin, 'X-CSRF-Token': token } = session.headers;
    return {
      ...passing,
      target: `/api${target}`,
      baseUrl: session.origin,
      headers: {
        ...headers,
        ...(Cookie !== '' && { cookie: Cookie ?? '' }),
        ...(passing.method !== 'GET' && { origin: Origin ?? '' }),
        ...(headers['x-csrf-token'] !== undefined && { 'x-csrf-token': token ?? '' }),
      },
    };
  };

  test(
    'the server answers every interaction of the console as the pact says',
    { timeout: 120_000 },
    async () => {
      const server = await rewritingProxy(asInBrowser);
      const verifier = new Verifier({
        provider: 'runner',
        providerBaseUrl: server.url,
        pactUrls: [pactFile],
        logLevel: 'error',
        stateHandlers: Object.fromEntries(
          Object.entries(stage.states).map(([name, bring]) => [name, async () => ({ ...(await bring()) })]),
        ),
        beforeEach: () => stage.reset(),
      });
      const differences = await verifier
        .verifyProvider()
        .then(() => [], pactDifferences)
        .finally(() => server.close());
      expect(differences).toEqual([]);
    },
  );

  test('every state that the pact with the console names can be brought about', () => {
    const { interactions } = JSON.parse(readFileSync(pactFile, 'utf8')) as {
      readonly interactions: readonly { readonly providerStates?: readonly { readonly name: string }[] }[];
    };
    const given = interactions.flatMap(({ providerStates = [] }) => providerStates.map(({ name }) => name));
    expect(new Set(given)).toEqual(new Set(Object.keys(stage.states)));
  });
});
