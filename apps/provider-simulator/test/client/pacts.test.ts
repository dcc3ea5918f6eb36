import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createClickToPayClient,
  createCredentialDirectoryClient,
  type ClickToPayConfig,
} from '@enrollkit/client';
import type { Operation } from '@enrollkit/contract';
import { operations as clickToPayOperations } from '@enrollkit/contract/click-to-pay-enrollment';
import { operations as directoryOperations } from '@enrollkit/contract/credential-directory';
import { sealFor } from '@enrollkit/encryption';
import { oauth1 } from '@enrollkit/signing';
import {
  changeEncrypted,
  operationOf,
  pactDifferences,
  rewritingProxy,
  type Passing,
} from '@enrollkit/testkit';
import { Verifier } from '@pact-foundation/pact';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { manualClock, startSimulator, type Simulator } from '../../src/index.ts';
import { programme, reset, settingsFor } from './simulated.ts';
import { clickToPayStates, directoryStates, type States } from './states.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const processingMs = 60_000;
/** The directory that the pacts name. */
const directoryId = 'directory-1';

interface Closable {
  close(): Promise<void>;
}

interface Family<Client extends Closable> {
  readonly provider: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly states: States<Client>;
  readonly client: (settings: ClickToPayConfig) => Client;
  /** A path that nobody may read unsigned. */
  readonly unsignedPath: string;
}

verifies({
  provider: 'click-to-pay-enrollment',
  operations: clickToPayOperations,
  states: clickToPayStates,
  client: (settings) => createClickToPayClient(settings),
  unsignedPath: `/cards/batch/nobody-knows?srcClientId=${programme.srcClientId}&serviceId=SRC`,
});

verifies({
  provider: 'credential-directory',
  operations: directoryOperations,
  states: directoryStates,
  client: ({ baseUrl, authenticator, encryptionKey }) =>
    createCredentialDirectoryClient({ baseUrl, authenticator, encryptionKey, directoryId }),
  unsignedPath: `/directories/${directoryId}/credentials/batch/nobody-knows`,
});

/** Starts the simulators of one family, and verifies its pact against them, sealed and signed. */
function verifies<Client extends Closable>(family: Family<Client>): void {
  const { provider, operations, states } = family;
  const pactFile = join(root, `libs/client/pacts/enrollkit-client-${provider}.json`);

  describe(`the simulator and the pact with ${provider}`, () => {
    const clock = manualClock();
    let simulators: readonly [Simulator, Simulator];
    let settings: ClickToPayConfig;
    let client: Client;
    let target: Simulator;

    beforeAll(async () => {
      const common = {
        clock,
        processingMs,
        onDuplicate: 'reject',
        programmes: [programme],
        directories: [directoryId],
      } as const;
      const first = await startSimulator(common);
      const { consumerKey, signingKey } = first;
      if (!signingKey) throw new Error('the simulator made no key');
      const second = await startSimulator({
        ...common,
        errorShape: 'E2',
        client: { consumerKey, key: signingKey },
      });
      simulators = [first, second];
      settings = {
        ...settingsFor(first),
        ...programme,
        authenticator: oauth1({ consumerKey, key: signingKey, clock: clock.now }),
      };
      client = family.client(settings);
      return () => Promise.all([first.close(), second.close(), client.close()]);
    });

    /** Seals what the pact says travels sealed, and signs. */
    async function sealed(passing: Passing, prove: boolean) {
      const { method, target: line, headers, body } = passing;
      const operation = operationOf(operations, passing);
      const [place] = operation.request?.encrypted ?? [];
      const key = await settings.encryptionKey();
      const bytes = await changeEncrypted(operation, body, (plain) =>
        sealFor(
          { name: place?.plaintext ?? '', validate: place?.validatePlaintext ?? (() => ({ valid: true })) },
          plain,
          key,
        ),
      );
      const proof = prove
        ? await settings.authenticator.authenticate({ method, url: new URL(target.url + line), body: bytes })
        : {};
      return {
        ...passing,
        baseUrl: target.url,
        body: bytes,
        headers: { ...headers, 'x-openapi-clientid': target.consumerKey.slice(0, 48), ...proof },
      };
    }

    /** What the simulator does otherwise, one line each. */
    async function differences(): Promise<readonly string[]> {
      const server = await rewritingProxy((passing) => sealed(passing, true));
      const [simulator, old] = simulators;
      const stage = { simulator, clock, processingMs, client, useOldErrorShape: () => void (target = old) };
      const verifier = new Verifier({
        provider,
        providerBaseUrl: server.url,
        pactUrls: [pactFile],
        logLevel: 'error',
        stateHandlers: Object.fromEntries(
          Object.entries(states).map(([name, bring]) => [name, async () => ({ ...(await bring(stage)) })]),
        ),
        beforeEach: async () => {
          [target] = simulators;
          target.setFaults([]);
          await reset(target);
        },
      });
      return verifier
        .verifyProvider()
        .then(() => [], pactDifferences)
        .finally(() => server.close());
    }

    test(`the simulator answers every interaction with ${provider} as the pact says, sealed and signed`, async () => {
      expect(await differences()).toEqual([]);
    });

    test(`every state that the pact with ${provider} names can be brought about`, () => {
      const { interactions } = JSON.parse(readFileSync(pactFile, 'utf8')) as {
        readonly interactions: readonly { readonly providerStates?: readonly { readonly name: string }[] }[];
      };
      const given = interactions.flatMap(({ providerStates = [] }) => providerStates.map(({ name }) => name));
      expect(new Set(given)).toEqual(new Set(Object.keys(states)));
    });

    test(`the simulator of ${provider} refuses a request that is not signed`, async () => {
      [target] = simulators;
      target.setFaults([]);
      const server = await rewritingProxy((passing) => sealed(passing, false));
      onTestFinished(server.close);
      const answer = await fetch(server.url + family.unsignedPath);
      expect({ status: answer.status, body: await answer.json() }).toMatchObject({
        status: 400,
        body: { Errors: { Error: [{ Source: 'Gateway' }] } },
      });
    });
  });
}
