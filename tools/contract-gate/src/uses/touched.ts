import { operationFinder, responseOf } from '../pact/operation.ts';
import type { Interaction, Pact } from '../pact/pact.ts';
import { elementsOf } from '../spec/elements.ts';
import { isObject, type JsonObject, pointerOf, segmentsOf } from '../spec/json.ts';
import { follow, type OperationPlace } from '../spec/operations.ts';
import { messagesOf } from '../verify/verify.ts';

/** An interaction of a pact that touches a part of a contract. */
export interface PactUse {
  readonly pact: Pact;
  readonly interaction: Interaction;
  /** As findings name it: `POST /cards`. */
  readonly operation: string;
  /** The messages in which it is touched; both for the operation itself. */
  readonly directions: ReadonlySet<string>;
}

/** Which interactions touch which parts of one contract. */
export class PactUses {
  readonly #uses = new Map<string, PactUse[]>();
  readonly #objects: {
    readonly schema: string;
    readonly members: ReadonlySet<string>;
    readonly use: PactUse;
  }[] = [];
  readonly #elements: ReadonlySet<string>;

  constructor(document: JsonObject, pacts: readonly Pact[]) {
    this.#elements = new Set([...elementsOf(document)].map(({ pointer }) => pointer));
    for (const pact of pacts) {
      const find = operationFinder(document);
      for (const interaction of pact.interactions) {
        const operation = find(interaction);
        if (operation === undefined) continue;
        const shown = `${operation.method.toUpperCase()} ${operation.path}`;
        for (const { direction, visits } of messagesOf(document, interaction, operation)) {
          for (const { value, schemas } of visits) {
            if (!isObject(value)) continue;
            const use = { pact, interaction, directions: new Set([direction]), operation: shown };
            for (const { pointer: schema } of schemas)
              this.#objects.push({ schema, members: new Set(Object.keys(value)), use });
          }
        }
        for (const [pointer, directions] of touchedBy(document, interaction, operation)) {
          this.#uses.set(pointer, [
            ...(this.#uses.get(pointer) ?? []),
            { pact, interaction, directions, operation: shown },
          ]);
        }
      }
    }
  }

  /**
   * Those that send the object around a property, or the request around a parameter, and leave that one out.
   */
  without(pointer: string): readonly PactUse[] {
    const [, owner, name = ''] = /^(.*)\/properties\/([^/]+)$/.exec(pointer) ?? [];
    if (owner === undefined) return this.#withoutParameter(pointer);
    return this.#objects
      .filter(({ schema, members }) => schema === owner && !members.has(unescaped(name)))
      .map(({ use }) => use);
  }

  #withoutParameter(pointer: string): readonly PactUse[] {
    const given = new Set((this.#uses.get(pointer) ?? []).map(({ interaction }) => interaction));
    const operation = pointer.replace(/\/(parameters\/\d+|requestBody)$/, '');
    return [...this.#uses]
      .filter(([key]) => key === operation || key.startsWith(`${operation}/`))
      .flatMap(([, uses]) => uses)
      .filter(({ interaction }, index, all) => {
        const first = all.findIndex((other) => other.interaction === interaction) === index;
        return first && !given.has(interaction);
      });
  }

  /** Those that touch the part of the contract that a pointer leads to, or the nearest part around it. */
  at(pointer: string): readonly PactUse[] {
    const segments = segmentsOf(pointer);
    for (let length = segments.length; length > 0; length -= 1) {
      const part = pointerOf(segments.slice(0, length));
      if (this.#uses.has(part)) return this.#uses.get(part) ?? [];
      // A part of its own that nobody touches: what is around it does not count.
      if (this.#elements.has(part)) return [];
    }
    return [];
  }
}

function unescaped(segment: string): string {
  return segmentsOf(`/${segment}`)[0] ?? segment;
}

/**
 * The operation, the parameters that are given, the answer that is expected, and every schema that a value
 * stands under.
 */
function touchedBy(
  document: JsonObject,
  interaction: Interaction,
  operation: OperationPlace,
): Map<string, Set<string>> {
  const touched = new Map<string, Set<string>>();
  const touch = (pointer: string | undefined, ...directions: readonly string[]): void => {
    if (pointer !== undefined)
      touched.set(pointer, new Set([...(touched.get(pointer) ?? []), ...directions]));
  };
  touch(operation.pointer, 'request', 'response');
  touch(responseOf(operation, interaction.status)?.pointer, 'response');
  const headers = new Set(Object.keys(interaction.request.headers).map((name) => name.toLowerCase()));
  for (const { name, in: place, pointer, schema } of operation.parameters) {
    const given =
      place === 'path' || (place === 'query' ? interaction.query.has(name) : headers.has(name.toLowerCase()));
    if (!given) continue;
    touch(pointer, 'request');
    touch(schema?.pointer, 'request');
    if (schema !== undefined) touch(follow(document, schema.schema, schema.pointer).pointer, 'request');
  }
  for (const { direction, visits } of messagesOf(document, interaction, operation)) {
    for (const { schemas } of visits) for (const { pointer } of schemas) touch(pointer, direction);
  }
  return touched;
}
