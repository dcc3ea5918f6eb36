import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import { operations as directoryOperations } from '@enrollkit/contract/credential-directory';
import { sealFor } from '@enrollkit/encryption';
import { manualClock, startSimulator, type Simulator } from '@enrollkit/provider-simulator';
import { oauth1 } from '@enrollkit/signing';
import { Verifier } from '@pact-foundation/pact';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createClickToPayClient, type ClickToPayClient, type ClickToPayConfig } from '../src/index.ts';
import { changeEncrypted, operationOf, relay, type Passing } from '../pact/envelope.ts';
import { simulatorStates, type Stage } from '../pact/simulator-states.ts';
import { states, type State } from '../pact/states.ts';
import { srcClientId } from './enrollment.ts';
import { reset, settingsFor } from './simulated.ts';

const folder = join(import.meta.dirname, '..', 'pacts');
const pactWith = (provider: string) => join(folder, `enrollkit-client-${provider}.json`);
const processingMs = 60_000;
const programme = { srcClientId, serviceId: 'SRC' };

describe('the simulator keeps the pact', () => {
  const clock = manualClock();
  let simulators: readonly [Simulator, Simulator];
  let settings: ClickToPayConfig;
  let client: ClickToPayClient;
  let target: Simulator;

  beforeAll(async () => {
    const common = { clock, processingMs, onDuplicate: 'reject', programmes: [programme] } as const;
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
    client = createClickToPayClient(settings);
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

  function stageOf(): Stage {
    const [simulator, old] = simulators;
    const useOldErrorShape = () => {
      target = old;
    };
    return { simulator, clock, processingMs, client, useOldErrorShape };
  }

  /** What the simulator does otherwise, one line each. */
  async function differences(): Promise<readonly string[]> {
    const server = await relay((passing) => sealed(passing, true));
    const names = Object.keys(states) as State[];
    const verifier = new Verifier({
      provider: 'click-to-pay-enrollment',
      providerBaseUrl: server.url,
      pactUrls: [pactWith('click-to-pay-enrollment')],
      logLevel: 'error',
      stateHandlers: Object.fromEntries(
        names.map((name) => [states[name], async () => ({ ...(await simulatorStates[name](stageOf())) })]),
      ),
      beforeEach: async () => {
        [target] = simulators;
        target.setFaults([]);
        await reset(target);
      },
    });
    return verifier
      .verifyProvider()
      .then(() => [], told)
      .finally(() => server.close());
  }

  test('in every interaction, sealed and signed', async () => {
    expect(await differences()).toEqual([]);
  });

  test('and lets nobody in who does not sign', async () => {
    [target] = simulators;
    const server = await relay((passing) => sealed(passing, false));
    onTestFinished(server.close);
    const answer = await fetch(
      `${server.url}/cards/batch/nobody-knows?srcClientId=${srcClientId}&serviceId=SRC`,
    );
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 400,
      body: { Errors: { Error: [{ Source: 'Gateway' }] } },
    });
  });
});

interface Verdict {
  readonly errors: readonly {
    readonly interaction: string;
    readonly mismatch: { readonly mismatches?: readonly { readonly mismatch: string }[] };
  }[];
}

/** The verifier throws all it found as one JSON text. Never gives nothing: it did throw. */
function told(error: unknown): readonly string[] {
  const text = error instanceof Error ? error.message : String(error);
  if (!text.startsWith('{')) return [text];
  const { errors } = JSON.parse(text) as Verdict;
  const lines = errors.map(
    ({ interaction, mismatch }) =>
      `${interaction}: ${(mismatch.mismatches ?? []).map((one) => one.mismatch).join('; ')}`,
  );
  return lines.length > 0 ? lines : [text];
}

interface Written {
  readonly request: { readonly method: string; readonly path: string };
  readonly providerStates?: readonly { readonly name: string }[];
}

function interactionsOf(provider: string): readonly Written[] {
  return (
    JSON.parse(readFileSync(pactWith(provider), 'utf8')) as { readonly interactions: readonly Written[] }
  ).interactions;
}

describe('what the pacts hold', () => {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

  test.each([
    ['click-to-pay-enrollment', operations],
    ['credential-directory', directoryOperations],
  ])('every operation of %s', (name, table) => {
    const lines = interactionsOf(name).map(({ request: { method, path: target } }) => ({
      origin: '',
      method,
      target,
      headers: {},
      body: Buffer.alloc(0),
    }));
    expect(new Set(lines.map((line) => operationOf(table, line).operationId))).toEqual(
      new Set(Object.keys(table)),
    );
  });

  test('every state that can be brought about', () => {
    const given = interactionsOf('click-to-pay-enrollment').flatMap(({ providerStates = [] }) =>
      providerStates.map(({ name }) => name),
    );
    expect(new Set(given)).toEqual(new Set(Object.values(states)));
  });

  test.each([
    ['ciphertext', /eyJ|[\w-]{60,}/],
    ['a number that could be a card', /(?<!\d)(?!0{15}[01])[0-9]{12,19}(?!\d)/],
    ['a signature', /oauth_/],
  ])('no %s', (_what, pattern) => {
    for (const text of texts)
      expect(text.replaceAll(/"[\da-f]{8}(\.[\da-f]{8})?-[-\da-f]{27}"|"regex": ".*"/g, '')).not.toMatch(
        pattern,
      );
  });
});
