import { Buffer } from 'node:buffer';

import { canIDeploy, deployed, type Row } from '../matrix/can-i-deploy.ts';
import type { Matrix, MatrixStore, PublishedPact } from '../matrix/matrix.ts';
import { parsePact } from '../pact/pact.ts';
import { asArray, asObject, asString, type Json } from '../spec/json.ts';
import { type Answer, type Asked, links, ok, refuse } from './answer.ts';

type Handler = (store: MatrixStore, asked: Asked) => Promise<Answer>;

/** Every endpoint that the Pact CLI needs, as a Pact Broker has it; `*` is one part of a path. */
export const routes: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '/', async (_, asked) => ok(index(asked))],
  ['POST', '/contracts/publish', publish],
  ['GET', '/matrix', matrix],
  ['GET', '/environments', async (store, asked) => ok(environments(await store.read(), asked))],
  [
    'POST',
    '/environments',
    async (_, { base, body }) => ok(environment(asString(asObject(body).name) ?? '', base), 201),
  ],
  ['GET', '/environments/*', async (_, { base, parts: [name = ''] }) => ok(environment(name, base))],
  [
    'GET',
    '/pacticipants/*',
    async (_, { base, parts: [name = ''] }) =>
      ok({ name, _links: links({ self: `${base}/pacticipants/${encodeURIComponent(name)}` }) }),
  ],
  ['GET', '/pacticipants/*/versions/*', async (store, asked) => ok(version(await store.read(), asked))],
  ['POST', '/pacticipants/*/versions/*/deployed/*', deploy],
  ['POST', '/pacts/provider/*/for-verification', forVerification],
  ['GET', '/pacts/provider/*/latest', latest],
  ['GET', '/pacts/provider/*/consumer/*/content/*', pact],
  ['POST', '/pacts/provider/*/consumer/*/content/*/verification-results', verified],
];

function index({ base }: Asked): Json {
  return {
    _links: {
      ...asObject(
        links({
          self: base,
          'pb:publish-contracts': `${base}/contracts/publish`,
          'pb:environments': `${base}/environments`,
          'pb:environment': `${base}/environments/{uuid}`,
          'pb:pacticipant': `${base}/pacticipants/{pacticipant}`,
          'pb:pacticipant-version': `${base}/pacticipants/{pacticipant}/versions/{version}`,
          'pb:latest-provider-pacts': `${base}/pacts/provider/{provider}/latest`,
          'pb:provider-pacts-for-verification': `${base}/pacts/provider/{provider}/for-verification`,
        }),
      ),
    },
  };
}

/** `pact broker publish`. */
async function publish(store: MatrixStore, { base, body }: Asked): Promise<Answer> {
  const { pacticipantName, pacticipantVersionNumber, contracts } = asObject(body);
  const [consumer, number] = [asString(pacticipantName), asString(pacticipantVersionNumber)];
  if (consumer === undefined || number === undefined)
    return refuse(400, 'pacticipantName and pacticipantVersionNumber are needed');
  const notices: Json[] = [];
  for (const contract of asArray(contracts).map(asObject)) {
    const found = parsePact(
      Buffer.from(asString(contract.content) ?? '', 'base64').toString('utf8'),
      'the published pact',
    );
    if (found.consumer !== consumer)
      return refuse(400, `the pact is of ${found.consumer}, not of ${consumer}`);
    await store.publish(found.document, { consumer, provider: found.provider, version: number, date: now() });
    notices.push({
      type: 'success',
      text: `the pact of ${consumer} ${number} with ${found.provider} is in the matrix`,
    });
  }
  const self = `${base}/pacticipants/${encodeURIComponent(consumer)}`;
  return ok({
    notices,
    logs: [],
    _embedded: {
      pacticipant: { name: consumer, _links: { self: named(consumer, self) } },
      version: { number, _links: { self: named(number, `${self}/versions/${encodeURIComponent(number)}`) } },
    },
    _links: {
      'pb:pacticipant': named(consumer, self),
      'pb:pacticipant-version': named(number, `${self}/versions/${encodeURIComponent(number)}`),
      'pb:pacticipant-version-tags': [],
      'pb:contracts': [],
    },
  });
}

/** A link as the Pact CLI wants it where a resource is named. */
function named(name: string, href: string): Json {
  return { name, title: name, href };
}

/** `pact broker can-i-deploy`. */
async function matrix(store: MatrixStore, { query }: Asked): Promise<Answer> {
  const [participant, number, environment] = [
    query.get('q[][pacticipant]'),
    query.get('q[][version]'),
    query.get('environment'),
  ];
  if (
    participant === null ||
    number === null ||
    environment === null ||
    query.getAll('q[][pacticipant]').length > 1
  )
    return refuse(400, 'this broker answers for one pacticipant, its version and an environment');
  const { deployable, reason, rows } = canIDeploy(await store.read(), {
    participant,
    version: number,
    environment,
  });
  const count = (result: Row['result']): number => rows.filter((row) => row.result === result).length;
  return ok({
    summary: {
      deployable,
      reason,
      success: count('success'),
      failed: count('failure'),
      unknown: count('unknown'),
    },
    notices: [{ type: deployable ? 'success' : 'error', text: reason }],
    matrix: rows.map(({ consumer, consumerVersion, provider, providerVersion, result, date }) => ({
      consumer: { name: consumer, version: { number: consumerVersion } },
      provider: {
        name: provider,
        version: providerVersion === undefined ? null : { number: providerVersion },
      },
      pact: { createdAt: date ?? now() },
      verificationResult:
        result === 'unknown' ? null : { success: result === 'success', verifiedAt: date ?? now() },
    })),
  });
}

function environment(name: string, base: string): Json {
  return {
    uuid: name,
    name,
    displayName: name,
    production: name === 'production',
    createdAt: '1970-01-01T00:00:00Z',
    _links: links({ self: `${base}/environments/${encodeURIComponent(name)}` }),
  };
}

function environments({ deployments }: Matrix, { base }: Asked): Json {
  return {
    _embedded: {
      environments: [...new Set(deployments.map((one) => one.environment))].map((name) =>
        environment(name, base),
      ),
    },
    _links: links({ self: `${base}/environments` }),
  };
}

/** With a link for each environment: those that are known, and those that teams usually have. */
function version({ deployments }: Matrix, { base, parts: [name = '', number = ''] }: Asked): Json {
  const self = `${base}/pacticipants/${encodeURIComponent(name)}/versions/${encodeURIComponent(number)}`;
  const known = [
    ...new Set([...deployments.map((one) => one.environment), 'test', 'sandbox', 'staging', 'production']),
  ];
  return {
    number,
    _links: {
      ...asObject(links({ self })),
      'pb:record-deployment': known.map((one) => ({
        name: one,
        href: `${self}/deployed/${encodeURIComponent(one)}`,
      })),
    },
  };
}

/** `pact broker record-deployment`. */
async function deploy(
  store: MatrixStore,
  { base, parts: [participant = '', number = '', name = ''] }: Asked,
): Promise<Answer> {
  await store.change((before) => ({
    ...before,
    deployments: [...before.deployments, { participant, version: number, environment: name, date: now() }],
  }));
  return ok(
    {
      uuid: `${participant}-${number}-${name}`,
      currentlyDeployed: true,
      _links: links({ self: `${base}/environments/${encodeURIComponent(name)}` }),
    },
    201,
  );
}

/** The last pact of each consumer, and those that are deployed somewhere: what a provider is to keep. */
async function wantedOf(store: MatrixStore, provider: string): Promise<PublishedPact[]> {
  const before = await store.read();
  const pacts = before.pacts.filter((one) => one.provider === provider);
  const wanted = pacts.filter(
    (one, index) =>
      pacts.findLastIndex((other) => other.consumer === one.consumer) === index ||
      before.deployments.some(
        ({ participant, environment: name }) =>
          participant === one.consumer && deployed(before, one.consumer, name) === one.version,
      ),
  );
  return [...new Map(wanted.map((one) => [one.content, one])).values()];
}

/** `pact verifier --broker-url` with selectors. */
async function forVerification(store: MatrixStore, { base, parts: [provider = ''] }: Asked): Promise<Answer> {
  const wanted = await wantedOf(store, provider);
  return ok({
    _embedded: { pacts: wanted.map((one) => summary(one, base)) },
    _links: links({ self: `${base}/pacts/provider/${encodeURIComponent(provider)}/for-verification` }),
  });
}

/** `pact verifier --broker-url` without selectors. */
async function latest(store: MatrixStore, { base, parts: [provider = ''] }: Asked): Promise<Answer> {
  const wanted = await wantedOf(store, provider);
  const self = `${base}/pacts/provider/${encodeURIComponent(provider)}/latest`;
  return ok({
    _links: {
      ...asObject(links({ self })),
      pacts: wanted.map((one) => named(`${one.consumer} ${one.version}`, contentUrl(one, base))),
    },
  });
}

function summary(one: PublishedPact, base: string): Json {
  const name = `the pact between ${one.consumer} (${one.version}) and ${one.provider}`;
  return {
    shortDescription: 'latest or deployed',
    verificationProperties: {
      pending: false,
      notices: [{ when: 'before_verification', text: `${name} is verified` }],
    },
    _links: { self: { href: contentUrl(one, base), name } },
  };
}

function contentUrl(
  { provider, consumer, content }: Pick<PublishedPact, 'provider' | 'consumer' | 'content'>,
  base: string,
): string {
  return `${base}/pacts/provider/${encodeURIComponent(provider)}/consumer/${encodeURIComponent(consumer)}/content/${content}`;
}

async function pact(
  store: MatrixStore,
  { base, parts: [provider = '', consumer = '', content = ''] }: Asked,
): Promise<Answer> {
  const self = contentUrl({ provider, consumer, content }, base);
  const document = asObject(JSON.parse(await store.content(content)) as Json);
  return ok({
    ...document,
    _links: {
      ...asObject(links({ self })),
      'pb:publish-verification-results': { href: `${self}/verification-results` },
    },
  });
}

async function verified(
  store: MatrixStore,
  { base, parts: [provider = '', consumer = '', content = ''], body }: Asked,
): Promise<Answer> {
  const { success, providerApplicationVersion } = asObject(body);
  const number = asString(providerApplicationVersion);
  if (number === undefined || typeof success !== 'boolean')
    return refuse(400, 'success and providerApplicationVersion are needed');
  if (!(await store.read()).pacts.some((one) => one.content === content && one.provider === provider))
    return refuse(404, 'no such pact');
  await store.change((before) => ({
    ...before,
    verifications: [
      ...before.verifications,
      {
        consumer,
        provider,
        providerVersion: number,
        content,
        result: success ? 'success' : 'failure',
        date: now(),
      },
    ],
  }));
  return ok(
    {
      success,
      providerApplicationVersion: number,
      _links: links({ self: `${contentUrl({ provider, consumer, content }, base)}/verification-results` }),
    },
    201,
  );
}

function now(): string {
  return new Date().toISOString();
}
