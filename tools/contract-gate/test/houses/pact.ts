import { Containment, type Direction, type Json, SchemaWorld } from '@enrollkit/schema-containment';

import type { JsonObject } from '../../src/spec/json.ts';
import { type OperationPlace, operationsOf, type SchemaPlace } from '../../src/spec/operations.ts';

/**
 * A pact with one interaction for each of the first operations of a document whose messages the schemas give
 * examples for: what a consumer's tests would write down.
 */
export function pactOf(document: JsonObject, count: number): JsonObject {
  const examples = new Examples(document);
  const interactions = operationsOf(document).flatMap((operation) => examples.interaction(operation) ?? []);
  return {
    consumer: { name: 'tests' },
    provider: { name: 'base' },
    interactions: interactions.slice(0, count),
    metadata: { pactSpecification: { version: '2.0.0' } },
  };
}

class Examples {
  readonly #world: SchemaWorld;
  readonly #containment = new Containment({ undeclaredStaysUnsent: false });

  constructor(document: JsonObject) {
    this.#world = new SchemaWorld(document, 'base');
  }

  /** `undefined` for an operation that takes other bodies than JSON, or has no plain success. */
  interaction({ method, path, parameters, request, responses }: OperationPlace): JsonObject | undefined {
    const [success] = [...responses].filter(([status]) => /^2[0-9X]{2}$/.test(status));
    if (success === undefined || (request !== undefined && request.json === undefined)) return undefined;
    const [status, answer] = success;
    const required = parameters.filter((parameter) => parameter.required);
    const valueOf = (name: string): string => {
      const schema = required.find((parameter) => parameter.name === name)?.schema;
      const value = schema === undefined ? undefined : this.#example(schema, 'request', true);
      return typeof value === 'object' || value === undefined ? '1' : String(value);
    };
    const named = (place: string): Record<string, string> =>
      Object.fromEntries(required.filter((one) => one.in === place).map(({ name }) => [name, valueOf(name)]));
    const type = request?.json?.mediaType;
    const [sent, given] = [
      this.#bodyOf(request?.json?.schema, 'request'),
      this.#bodyOf(answer.json?.schema, 'response'),
    ];
    if (sent === undefined || given === undefined) return undefined;
    return {
      description: `${method} ${path}`,
      request: {
        method: method.toUpperCase(),
        path: path.replaceAll(/\{([^}]*)\}/g, (_, name: string) => encodeURIComponent(valueOf(name) || '1')),
        query: new URLSearchParams(named('query')).toString(),
        headers: { ...named('header'), ...(type === undefined ? {} : { 'Content-Type': type }) },
        ...sent,
      },
      response: {
        status: Number(status.replaceAll('X', '0')),
        headers: answer.json === undefined ? {} : { 'Content-Type': answer.json.mediaType },
        ...given,
      },
    };
  }

  /** `{}` where there is no body, `undefined` where no example was found. */
  #bodyOf(schema: SchemaPlace | undefined, direction: Direction): JsonObject | undefined {
    if (schema === undefined) return {};
    const body = this.#example(schema, direction, false);
    return body === undefined ? undefined : { body };
  }

  #example({ schema, pointer }: SchemaPlace, direction: Direction, text: boolean): Json | undefined {
    return this.#containment.example([this.#world.node(schema, pointer, { direction, text })]);
  }
}
