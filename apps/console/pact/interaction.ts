import { MatchersV3, PactV4 } from '@pact-foundation/pact';
import { expect, inject, test } from 'vitest';
import { matching } from '../../../libs/client/pact/matchers.ts';
import { PlainContract } from '../../../libs/client/pact/plain-schema.ts';
import { createApi, type Api } from '../src/api.ts';

const contract = await PlainContract.load('runner', { tolerant: true });

/** The token of the session in every pact; who replays one puts a real one in its place. */
export const csrfToken = 'the-token-of-the-session';

/** What the server has to be in before it is asked. */
export type State =
  | 'somebody is signed in as operator'
  | 'nobody is signed in'
  | 'a local account exists'
  | 'a one-time link was printed'
  | 'an intake was settled, with refusals and rejections'
  | 'a batch is in state unknown'
  | 'a runner is at work'
  | 'a file was planned'
  | 'a file is in the configured folder';

/** One call of the console, what goes over the wire, and what comes of it. */
export interface Interaction {
  readonly description: string;
  readonly operationId: string;
  readonly given: State;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** A part in `${}` comes from the server's state; the example stands after `=`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly status: number;
  readonly answer?: object;
  readonly call: (api: Api) => Promise<unknown>;
  /** Where the answer is a problem: a part of the error. */
  readonly fails?: object;
}

/** Makes the test of one interaction. */
export function interaction(one: Interaction): void {
  test(`${one.description}`, async () => {
    const pact = new PactV4({
      dir: inject('pactFolder'),
      consumer: 'enrollkit-console',
      provider: 'runner',
      logLevel: 'error',
    });
    await pact
      .addInteraction()
      .given(one.given)
      .uponReceiving(one.description)
      .withRequest(one.method, pathOf(one.path), (builder) => {
        if (one.query) builder.query({ ...one.query });
        if (one.method !== 'GET' && !one.path.startsWith('/session/'))
          builder.headers({ 'X-CSRF-Token': csrfToken });
        if (one.body) builder.headers({ 'Content-Type': 'application/json' }).jsonBody(one.body);
      })
      .willRespondWith(one.status, (builder) => {
        const type = one.status < 400 ? 'application/json' : 'application/problem+json';
        if (one.answer)
          builder
            .headers({ 'Content-Type': type })
            .jsonBody(matching(contract, contract.response(one.operationId, one.status), one.answer));
      })
      .executeTest(async (mock) => {
        const api = createApi({
          baseUrl: mock.url,
          csrfToken: () => csrfToken,
          isInUse: () => true,
        });
        const outcome = await one.call(api).catch((error: unknown) => error);
        expect({ outcome }).toMatchObject({ outcome: one.fails ?? one.answer });
      });
  });
}

/** Makes the test of one that reads. */
export function reading(one: Omit<Interaction, 'method' | 'status'>): void {
  interaction({ ...one, method: 'GET', status: 200 });
}

/** `/plans/${planId=p1}`: the state gives `planId`, `p1` is the example. */
function pathOf(path: string) {
  const example = examplePath(path);
  if (example === path) return path;
  return MatchersV3.fromProviderState(path.replaceAll(/=[^}]+\}/g, '}'), example);
}

function examplePath(path: string): string {
  return path.replaceAll(/\$\{\w+=([^}]+)\}/g, '$1');
}
