import { asArray, asObject, asString, type Json, type JsonObject, pointerOf } from '../spec/json.ts';
import { operationsOf, type OperationPlace } from '../spec/operations.ts';
import { plain } from './generated.ts';

/**
 * What the types and functions of other generators mean: `Order` and `OrderBuyer` (a schema, and the object
 * in one of its fields), `AddOrderData` (Hey API), `ListOrdersParams` and `AddOrderBody` (orval), and the
 * functions of operations.
 */
export class TypeNames {
  readonly #types = new Map<string, readonly string[][]>();
  readonly #functions = new Map<string, string>();

  constructor(document: JsonObject) {
    for (const [name, schema] of Object.entries(asObject(asObject(document.components).schemas)))
      this.#schema([name], ['schemas', name], schema);
    for (const operation of operationsOf(document)) this.#operation(operation);
  }

  /** The keys of a member of a type, by the names on the way to it. */
  keysOf(type: string, members: readonly string[]): string[] {
    return (this.#types.get(plain(type)) ?? []).flatMap((prefix) => this.#inside(prefix, members));
  }

  /** The key of an operation, by the function that calls it. */
  functionKeys(name: string | undefined): string[] {
    const key = this.#functions.get(plain(name ?? ''));
    return key === undefined ? [] : [key];
  }

  #inside(prefix: readonly string[], members: readonly string[]): string[] {
    const [first, ...rest] = members;
    if (prefix.at(-1) !== dataMark) return [pointerOf([...prefix, ...members])];
    const operation = prefix.slice(0, -1);
    if (first === undefined) return [pointerOf(operation)];
    if (first === 'body')
      return [pointerOf([...operation, 'requestBody', 'content', 'application/json', ...rest])];
    const place = first === 'headers' ? 'header' : first;
    return ['query', 'path', 'header'].includes(place)
      ? [pointerOf([...operation, 'parameters', place, ...rest])]
      : [];
  }

  #schema(words: readonly string[], key: readonly string[], schema: Json | undefined): void {
    this.#add(words.join(''), key);
    const object = asObject(schema);
    for (const [name, child] of Object.entries(asObject(object.properties)))
      if (asObject(child).$ref === undefined) this.#schema([...words, name], [...key, name], child);
    const inside = [
      object.items,
      ...asArray(object.allOf),
      ...asArray(object.anyOf),
      ...asArray(object.oneOf),
    ];
    for (const child of inside)
      for (const [name, deeper] of Object.entries(asObject(asObject(child).properties)))
        if (asObject(deeper).$ref === undefined) this.#schema([...words, name], [...key, name], deeper);
  }

  #operation({ id, object }: OperationPlace): void {
    const name = asString(object.operationId) ?? id;
    this.#functions.set(plain(name), pointerOf(['operations', id]));
    this.#add(`${name}Data`, ['operations', id, dataMark]);
    this.#add(`${name}Params`, ['operations', id, 'parameters', 'query']);
    this.#add(`${name}Headers`, ['operations', id, 'parameters', 'header']);
    this.#add(`${name}Body`, ['operations', id, 'requestBody', 'content', 'application/json']);
  }

  #add(type: string, key: readonly string[]): void {
    const name = plain(type);
    this.#types.set(name, [...(this.#types.get(name) ?? []), [...key]]);
  }
}

/** Stands for the object in which Hey API keeps all that an operation takes. */
const dataMark = '\u0000data';
