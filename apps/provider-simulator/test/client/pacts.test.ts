import { createClickToPayClient, type ClickToPayClient, type ClickToPayConfig } from '@enrollkit/client';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import { sealFor } from '@enrollkit/encryption';
import { oauth1 } from '@enrollkit/signing';
import { changeEncrypted, operationOf, rewritingProxy, type Passing } from '@enrollkit/testkit';
import { Verifier } from '@pact-foundation/pact';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { manualClock, startSimulator, type Simulator } from '../../src/index.ts';
import { programme, reset, settingsFor } from './simulated.ts';
import { simulatorStates, type Stage } from './states.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const pactFile = join(root, 'libs/client/pacts/enrollkit-client-click-to-pay-enrollment.json');
const processingMs = 60_000;

describe('the simulator and the pact of the client with Click to Pay', () => {
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
    const server = await rewritingProxy((passing) => sealed(passing, true));
    const verifier = new Verifier({
      provider: 'click-to-pay-enrollment',
      providerBaseUrl: server.url,
      pactUrls: [pactFile],
      logLevel: 'error',
      stateHandlers: Object.fromEntries(
        Object.entries(simulatorStates).map(([name, bring]) => [
          name,
          async () => ({ ...(await bring(stageOf())) }),
        ]),
      ),
      beforeEach: async () => {
        [target] = simulators;
        target.setFaults([]);
        await reset(target);
      },
    });
    return verifier
      .verifyProvider()
      .then(() => [], differencesIn)
      .finally(() => server.close());
  }

  test('the simulator answers every interaction as the pact says, sealed and signed', async () => {
    expect(await differences()).toEqual([]);
  });

  test('every state that the pact names can be brought about', () => {
    const { interactions } = JSON.parse(readFileSync(pactFile, 'utf8')) as {
      readonly interactions: readonly { readonly providerStates?: readonly { readonly name: string }[] }[];
    };
    const given = interactions.flatMap(({ providerStates = [] }) => providerStates.map(({ name }) => name));
    expect(new Set(given)).toEqual(new Set(Object.keys(simulatorStates)));
  });

  test('the simulator refuses a request that is not signed', async () => {
    [target] = simulators;
    const server = await rewritingProxy((passing) => sealed(passing, false));
    onTestFinished(server.close);
    const answer = await fetch(
      `${server.url}/cards/batch/nobody-knows?srcClientId=${programme.srcClientId}&serviceId=SRC`,
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
function differencesIn(error: unknown): readonly string[] {
  const text = error instanceof Error ? error.message : String(error);
  if (!text.startsWith('{')) return [text];
  const { errors } = JSON.parse(text) as Verdict;
  const lines = errors.map(
    ({ interaction, mismatch }) =>
      `${interaction}: ${(mismatch.mismatches ?? []).map((one) => one.mismatch).join('; ')}`,
  );
  return lines.length > 0 ? lines : [text];
}
