import ts from 'typescript';

import { asObject, asString, type Json, type JsonObject, pointerOf } from '../spec/json.ts';
import { follow, type OperationPlace, operationsOf } from '../spec/operations.ts';

/** A call of openapi-fetch: `client.GET('/orders/{id}', ...)`. */
export interface FetchCall {
  readonly key: string;
  /** True when it gives no parameters at all. */
  readonly bare: boolean;
  /** The parts that are written in it, and those that the objects written in it leave out. */
  readonly parts: readonly CallPart[];
}

/** A part of a contract in a call, by its key. */
export interface CallPart {
  readonly key: string;
  readonly at: ts.Node;
  readonly given: boolean;
}

type Keyed = readonly [key: readonly string[], schema: Json | undefined];

/**
 * Finds what openapi-fetch is called with. Its calls are generic in what they are given, so that the compiler
 * does not say which type an object in them is for: the contract's document does.
 */
export class FetchCalls {
  readonly #checker: ts.TypeChecker;
  readonly #document: JsonObject;
  readonly #operations = new Map<string, OperationPlace>();

  constructor(document: JsonObject, checker: ts.TypeChecker) {
    this.#checker = checker;
    this.#document = document;
    for (const place of operationsOf(document)) this.#operations.set(`${place.method} ${place.path}`, place);
  }

  /** The operation of a call; `undefined` when it is none of openapi-fetch, or of another contract. */
  operationOf({ expression, arguments: given }: ts.CallExpression): FetchCall | undefined {
    const [path, init] = given;
    if (!ts.isPropertyAccessExpression(expression) || path === undefined || !ts.isStringLiteralLike(path))
      return undefined;
    const operation = this.#operations.get(`${expression.name.text.toLowerCase()} ${path.text}`);
    if (operation === undefined || !this.#isClient(expression)) return undefined;
    const written = init !== undefined && ts.isObjectLiteralExpression(init) ? init : undefined;
    const params = written === undefined ? undefined : memberOf(written, 'params');
    return {
      key: pointerOf(['operations', operation.id]),
      bare: init === undefined || (written !== undefined && params === undefined && !isSpread(written)),
      parts: written === undefined ? [] : [...this.#parts(operation, written)],
    };
  }

  *#parts(operation: OperationPlace, init: ts.ObjectLiteralExpression): Generator<CallPart> {
    const { id, parameters, request } = operation;
    const params = memberOf(init, 'params');
    for (const place of ['query', 'path', 'header'] as const) {
      const object = params === undefined ? undefined : memberOf(params, place);
      const names = parameters.filter((one) => one.in === place).map(({ name }) => name);
      const keyOf = (name: string): string[] => ['operations', id, 'parameters', place, name];
      if (object !== undefined)
        yield* this.#members(
          object,
          names.map((name) => [name, [keyOf(name), undefined] as const]),
        );
      else if (params !== undefined)
        for (const name of names) yield { key: pointerOf(keyOf(name)), at: params, given: false };
    }
    const body = memberOf(init, 'body');
    const schema = request?.json?.schema.schema;
    if (body !== undefined && schema !== undefined)
      yield* this.#object(body, [
        ['operations', id, 'requestBody', 'content', request?.json?.mediaType ?? ''],
        schema,
      ]);
  }

  *#object(literal: ts.ObjectLiteralExpression, [key, schema]: Keyed): Generator<CallPart> {
    const name = /^#\/components\/schemas\/([^/]+)$/.exec(asString(asObject(schema).$ref) ?? '')?.[1];
    const prefix = name === undefined ? key : ['schemas', name];
    const { properties } = asObject(follow(this.#document, schema, '').value);
    const members = Object.entries(asObject(properties));
    yield* this.#members(
      literal,
      members.map(([member, child]) => [member, [[...prefix, member], child] as const]),
    );
  }

  *#members(
    literal: ts.ObjectLiteralExpression,
    members: readonly (readonly [name: string, keyed: Keyed])[],
  ): Generator<CallPart> {
    for (const [name, keyed] of members) {
      const written = propertyOf(literal, name);
      const key = pointerOf(keyed[0]);
      if (written !== undefined) yield { key, at: written.name ?? written, given: true };
      else if (!isSpread(literal)) yield { key, at: literal, given: false };
      const inside = memberOf(literal, name);
      if (inside !== undefined) yield* this.#object(inside, keyed);
    }
  }

  #isClient({ name }: ts.PropertyAccessExpression): boolean {
    const declarations = this.#checker.getSymbolAtLocation(name)?.declarations ?? [];
    return declarations.some((one) =>
      /\/openapi-(fetch|react-query)\//.test(one.getSourceFile().fileName.replaceAll('\\', '/')),
    );
  }
}

/** What is spread into an object may hold anything. */
function isSpread({ properties }: ts.ObjectLiteralExpression): boolean {
  return properties.some(ts.isSpreadAssignment);
}

function propertyOf(
  literal: ts.ObjectLiteralExpression,
  name: string,
): ts.ObjectLiteralElementLike | undefined {
  return literal.properties.find(
    (one) =>
      one.name !== undefined &&
      (ts.isIdentifier(one.name) || ts.isStringLiteral(one.name)) &&
      one.name.text === name,
  );
}

/** The object that is written under a name. */
function memberOf(literal: ts.ObjectLiteralExpression, name: string): ts.ObjectLiteralExpression | undefined {
  const found = propertyOf(literal, name);
  return found !== undefined &&
    ts.isPropertyAssignment(found) &&
    ts.isObjectLiteralExpression(found.initializer)
    ? found.initializer
    : undefined;
}
