import type { Jwe } from '@enrollkit/contract';
import type { CallOptions } from './core.ts';

/** The generated type of each operation of a table, by `operationId`. */
export type OperationsOf<Table, Paths> = {
  readonly [Id in keyof Table]: Table[Id] extends {
    readonly path: infer Path extends keyof Paths;
    readonly method: infer Method extends string;
  }
    ? Paths[Path][Lowercase<Method> & keyof Paths[Path]]
    : never;
};

/** A body as a caller gives it: where the contract has a JWE, what is inside it, or that sealed already. */
export type PlainView<T> =
  T extends Jwe<infer Plaintext>
    ? Plaintext | Jwe<Plaintext>
    : T extends readonly (infer Item)[]
      ? readonly PlainView<Item>[]
      : T extends object
        ? { readonly [Name in keyof T]: PlainView<T[Name]> }
        : T;

/** What a generated type says of one operation. */
interface GeneratedOperation {
  parameters: { path?: unknown; query?: unknown; header?: unknown };
  responses: object;
}

type Section<Op extends GeneratedOperation, Place extends 'path' | 'query' | 'header'> = NonNullable<
  Op['parameters'][Place]
>;
type RequestBody<Op> = Op extends { requestBody: { content: { 'application/json': infer Body } } }
  ? PlainView<Body>
  : never;

/** `Defaults` are names the client fills in by itself when the caller does not. */
type Relaxed<T, Defaults extends string> = T extends unknown
  ? Omit<T, Defaults> & Partial<Pick<T, Defaults & keyof T>>
  : never;
type Given<Name extends string, T> = [T] extends [never]
  ? unknown
  : object extends T
    ? { readonly [N in Name]?: T }
    : { readonly [N in Name]: T };

/** What a call of an operation takes: `path`, `query`, `header` and `body`, each only where the contract has it. */
export type CallInput<Op extends GeneratedOperation, Defaults extends string> = Given<
  'path',
  Relaxed<Section<Op, 'path'>, Defaults>
> &
  Given<'query', Relaxed<Section<Op, 'query'>, Defaults>> &
  Given<'header', Section<Op, 'header'>> &
  Given<'body', Relaxed<RequestBody<Op>, Defaults>>;

type Successes<Responses> = Responses[keyof Responses & (200 | 201 | 202 | 203 | 204)];
type BodyOf<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : undefined;

/** The body of an operation's success; `undefined` where the contract has a success without one. */
export type CallResult<Op extends GeneratedOperation> = BodyOf<Successes<Op['responses']>>;

/** A success. */
export interface Answer<Body> {
  readonly status: number;
  /** As the contract has it; fields that the contract does not know are still there. */
  readonly body: Body;
  /** The platform's id of the call, for its support. */
  readonly correlationId?: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One method for each operation of a contract, under the contract's own `operationId`. */
export type OperationMethods<Operations extends object, Defaults extends string> = {
  readonly [Id in keyof Operations]: Operations[Id] extends GeneratedOperation
    ? (
        input: CallInput<Operations[Id], Defaults>,
        options?: CallOptions,
      ) => Promise<Answer<CallResult<Operations[Id]>>>
    : never;
};
