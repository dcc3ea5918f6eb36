import { Buffer } from 'node:buffer';
import { glob, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { parseDocument } from '../config/document.ts';
import { asArray, asObject, asString, isArray, isObject, type Json, type JsonObject } from '../spec/json.ts';
import type { Source } from '../spec/source.ts';

/** A consumer contract in memory: Pact specification 2, 3 or 4. */
export interface Pact extends Source {
  readonly consumer: string;
  readonly provider: string;
  readonly document: JsonObject;
  /** The HTTP interactions. */
  readonly interactions: readonly Interaction[];
}

/** One request and its answer. */
export interface Interaction {
  readonly description: string;
  /** JSON Pointer of the interaction in its file. */
  readonly pointer: string;
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly status: number;
  readonly request: Message;
  readonly response: Message;
}

/** One of the two messages. */
export interface Message {
  /** `undefined` when there is none, or none in JSON. */
  readonly body: Json | undefined;
  /** JSON Pointer of the body's value in the file. */
  readonly bodyPointer: string;
  readonly headers: JsonObject;
  /** Matchers by part (`body`, `query`, `header`, `path`), then by path expression. */
  readonly rules: ReadonlyMap<string, ReadonlyMap<string, readonly JsonObject[]>>;
}

/**
 * The name of a generator that takes the value from the provider's state: what the consumer says about it is
 * an example.
 */
const fromState = 'ProviderState';

const name = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } as const;
const kind = {
  name: 'the pact',
  code: 'pact-unusable',
  hint: 'A pact file is JSON with `consumer`, `provider` and `interactions`; have it written again by its tests.',
  schema: {
    type: 'object',
    required: ['consumer', 'provider', 'interactions'],
    properties: {
      consumer: name,
      provider: name,
      interactions: { type: 'array', items: { type: 'object', required: ['description'] } },
    },
  },
} as const;

/** Every pact that the globs name, in the order of their paths. Throws `SpecError`. */
export async function loadPacts(globs: readonly string[], cwd: string): Promise<Pact[]> {
  const files = new Set<string>();
  for (const pattern of globs)
    for await (const file of glob(pattern, { cwd })) files.add(file.replaceAll('\\', '/'));
  return Promise.all(
    [...files].sort().map(async (file) => parsePact(await readFile(resolve(cwd, file), 'utf8'), file)),
  );
}

/** Parses the text of a pact. Throws `SpecError`. */
export function parsePact(text: string, file: string): Pact {
  const source = parseDocument(text, file, kind);
  const document = asObject(source.value);
  const interactions = asArray(document.interactions).flatMap((value, index) => {
    const interaction = asObject(value);
    return isHttp(interaction) ? [interactionOf(interaction, `/interactions/${index}`)] : [];
  });
  return {
    ...source,
    document,
    interactions,
    consumer: nameIn(document.consumer),
    provider: nameIn(document.provider),
  };
}

/**
 * Version 4 says of each interaction what it is; messages that do not travel by HTTP are none of an OpenAPI
 * document's.
 */
function isHttp({ type, request }: JsonObject): boolean {
  return isObject(request) && (type === undefined || type === 'Synchronous/HTTP');
}

function nameIn(value: Json | undefined): string {
  return asString(asObject(value).name) ?? '';
}

function interactionOf(interaction: JsonObject, pointer: string): Interaction {
  const [request, response] = [asObject(interaction.request), asObject(interaction.response)];
  return {
    description: asString(interaction.description) ?? '',
    pointer,
    method: (asString(request.method) ?? 'GET').toLowerCase(),
    path: asString(request.path) ?? '/',
    query: queryOf(request.query),
    status: typeof response.status === 'number' ? response.status : 200,
    request: messageOf(request, `${pointer}/request`),
    response: messageOf(response, `${pointer}/response`),
  };
}

/** Version 2 writes the query as text, later ones as lists by name. */
function queryOf(query: Json | undefined): ReadonlyMap<string, readonly string[]> {
  if (isObject(query))
    return new Map(
      Object.entries(query).map(([key, values]) => [key, (isArray(values) ? values : [values]).map(String)]),
    );
  const params = new URLSearchParams(asString(query) ?? '');
  return new Map([...new Set(params.keys())].map((key) => [key, params.getAll(key)]));
}

/** Version 4 wraps the body; earlier ones hold it as it is. */
function messageOf(message: JsonObject, pointer: string): Message {
  const { body } = message;
  const wrapped = isObject(body) && 'content' in body && ('contentType' in body || 'encoded' in body);
  return {
    body: wrapped ? contentOf(body) : body,
    bodyPointer: `${pointer}/body${wrapped ? '/content' : ''}`,
    headers: asObject(message.headers),
    rules: rulesOf(asObject(message.matchingRules), asObject(message.generators)),
  };
}

/** Version 4 may keep a JSON body as base64 text. */
export function contentOf({ content, encoded, contentType }: JsonObject): Json | undefined {
  const json = contentType === undefined || /json/i.test(asString(contentType) ?? '');
  if (typeof content !== 'string' || !json || (encoded !== 'base64' && encoded !== true)) return content;
  try {
    return JSON.parse(Buffer.from(content, 'base64').toString('utf8')) as Json;
  } catch {
    return content;
  }
}

type Rules = Map<string, Map<string, readonly JsonObject[]>>;

/** The matchers of a message, without those of values that the provider's state gives. */
function rulesOf(matchingRules: JsonObject, generators: JsonObject): Rules {
  const rules: Rules = new Map();
  const add = (part: string, path: string, matchers: readonly Json[]): void => {
    const generator = asObject(generators[part]);
    if (generator.type === fromState || asObject(generator[path]).type === fromState) return;
    rules.set(
      part,
      (rules.get(part) ?? new Map<string, readonly JsonObject[]>()).set(path, matchers.map(asObject)),
    );
  };
  for (const [key, value] of Object.entries(matchingRules)) {
    const old = /^\$\.(body|headers?|query|path)(.*)$/.exec(key);
    if (old !== null) add(old[1] === 'headers' ? 'header' : (old[1] ?? ''), `$${old[2] ?? ''}`, [value]);
    else if (isArray(asObject(value).matchers)) add(key, '$', asArray(asObject(value).matchers));
    else
      for (const [path, rule] of Object.entries(asObject(value)))
        add(key, path, asArray(asObject(rule).matchers));
  }
  return rules;
}
