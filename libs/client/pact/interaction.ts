import type { Operation } from '@enrollkit/contract';
import { openJson, type Jwe } from '@enrollkit/encryption';
import { verify } from '@enrollkit/signing';
import { changeEncrypted, operationOf, rewritingProxy, type Passing } from '@enrollkit/testkit';
import { MatchersV3, PactV4, type TemplateQuery } from '@pact-foundation/pact';
import { expect, inject, onTestFinished, test } from 'vitest';
import { consumerKey, opening, signatureKey, srcCorrelationId } from '../test/enrollment.ts';
import { matching } from './matchers.ts';
import type { PlainContract } from './plain-schema.ts';
import { states, type State } from './states.ts';

/** A parameter that the provider's state gives; the text is the example. */
export class FromState {
  readonly example: string;

  constructor(example: string) {
    this.example = example;
  }
}

/** The two sides, and the contract between them. */
export interface Sides {
  readonly consumer: string;
  readonly provider: string;
  readonly contract: PlainContract;
  readonly operations: Readonly<Record<string, Operation>>;
  /** What every request carries beside its signature. */
  readonly headers: Readonly<Record<string, Matcher>>;
}

type Matcher = ReturnType<typeof MatchersV3.like<string>>;
type Configured = ReturnType<ReturnType<PactV4['addInteraction']>['withRequest']>;
type RequestBuilder = Parameters<
  NonNullable<Parameters<ReturnType<PactV4['addInteraction']>['withRequest']>[2]>
>[0];
type ResponseBuilder = Parameters<NonNullable<Parameters<Configured['willRespondWith']>[1]>>[0];

/** One request and its answer, as this consumer needs them. Bodies are plain views, by example. */
export interface Interaction {
  readonly description: string;
  readonly operationId: string;
  readonly given?: State;
  readonly path?: Readonly<Record<string, string | FromState>>;
  readonly query?: Readonly<Record<string, string | FromState>>;
  readonly body?: object;
  readonly answer: {
    readonly status: number;
    readonly body: object;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** Makes the call with our client, against this base URL. */
  readonly call: (baseUrl: string) => Promise<unknown>;
  /** What is to come of it: a part of what the call gives or throws. */
  readonly becomes: object;
}

/**
 * The same interaction with the id of the call, which the clients fill in wherever the contract has a place
 * for it.
 */
export function correlated(sides: Sides, interaction: Interaction): Interaction {
  const { request, parameters } = operationIn(sides, interaction);
  if (request) return { ...interaction, body: { srcCorrelationId, ...interaction.body } };
  const takesId = parameters.some(({ name }) => name === 'srcCorrelationId');
  return takesId ? { ...interaction, query: { srcCorrelationId, ...interaction.query } } : interaction;
}

function operationIn({ operations }: Sides, { operationId }: Interaction): Operation {
  const operation = operations[operationId];
  if (!operation) throw new Error(`the contract has no operation ${operationId}`);
  return operation;
}

/**
 * Makes the test of one interaction. What our client seals is opened on the way to the mock, so that the pact
 * holds what is inside.
 */
export function interactionOf(sides: Sides): (interaction: Interaction) => void {
  return (interaction) => {
    test(`${interaction.description}`, async () => {
      const operation = operationIn(sides, interaction);
      const pact = new PactV4({
        dir: inject('pactFolder'),
        consumer: sides.consumer,
        provider: sides.provider,
        logLevel: 'error',
      });
      await described(pact, interaction, operation)
        .withRequest(operation.method, pathOf(operation, interaction), (builder) =>
          request(builder, sides, interaction),
        )
        .willRespondWith(interaction.answer.status, (builder) => answer(builder, sides, interaction))
        .executeTest(async (mock) => {
          const baseUrl = await openingProxy(mock.url, sides.operations);
          const outcome = await interaction.call(baseUrl).catch((error: unknown) => error);
          expect(outcome).toMatchObject(interaction.becomes);
        });
    });
  };
}

function described(pact: PactV4, { given, description }: Interaction, operation: Operation) {
  const started = pact.addInteraction();
  const inState = given === undefined ? started : started.given(states[given]);
  const encrypted = (operation.request?.encrypted ?? []).map(({ pointer }) => pointer);
  const expected = inState.uponReceiving(description);
  return encrypted.length === 0
    ? expected
    : expected.comment({ key: 'encrypted', value: encrypted.join(' ') });
}

function pathOf(operation: Operation, { path = {} }: Interaction) {
  const filled = (write: (name: string, value: string | FromState) => string) =>
    operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => write(name, path[name] ?? ''));
  const example = filled((_, value) => (value instanceof FromState ? value.example : value));
  const fromState = Object.values(path).some((value) => value instanceof FromState);
  const expression = filled((name, value) => (value instanceof FromState ? `\${${name}}` : value));
  return fromState ? MatchersV3.fromProviderState(expression, example) : example;
}

/** No signature is in a pact: it was verified on the way here, and whoever replays it signs anew. */
const proof = { Authorization: 'OAuth' };

function request(
  builder: RequestBuilder,
  { contract, headers }: Sides,
  { operationId, query = {}, body }: Interaction,
): void {
  builder.headers({
    Accept: 'application/json',
    ...proof,
    ...headers,
    ...(body && { 'Content-Type': 'application/json' }),
  });
  const matchers = Object.entries(query).map(([name, value]) => {
    const fromState =
      value instanceof FromState ? MatchersV3.fromProviderState(`\${${name}}`, value.example) : undefined;
    return [name, fromState ?? matching(contract, contract.parameter(operationId, name), value)];
  });
  if (matchers.length > 0) builder.query(Object.fromEntries(matchers) as TemplateQuery);
  if (body) builder.jsonBody(matching(contract, contract.request(operationId), body));
}

function answer(
  builder: ResponseBuilder,
  { contract }: Sides,
  { operationId, answer: { status, body, headers } }: Interaction,
): void {
  builder
    .headers({ 'Content-Type': 'application/json', ...headers })
    .jsonBody(matching(contract, contract.response(operationId, status), body));
}

async function openingProxy(mockUrl: string, operations: Sides['operations']): Promise<string> {
  const { url, close } = await rewritingProxy(async (passing) => {
    await checkSignature(passing);
    const body = await changeEncrypted(operationOf(operations, passing), passing.body, (token) =>
      openJson(token as Jwe<unknown>, opening),
    );
    return {
      ...passing,
      baseUrl: mockUrl,
      body,
      headers: { ...passing.headers, authorization: proof.Authorization },
    };
  });
  onTestFinished(close);
  return url;
}

async function checkSignature({ origin, method, target, headers, body }: Passing): Promise<void> {
  const received = { method, url: origin + target, authorization: headers['authorization'], body };
  const verdict = await verify(received, {
    publicKeyFor: (name) => (name === consumerKey ? signatureKey : undefined),
  });
  if (!verdict.ok) throw new Error(`our client's signature is not right: ${verdict.code}`);
}
