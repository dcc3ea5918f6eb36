import type { PlainView } from '@enrollkit/contract';
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
/**
 * A section of parameters that is left out in the contract stays out; one whose members are all optional is
 * optional.
 */
type RelaxedParameters<Parameters, Defaults extends string> = {
  [Place in keyof Parameters as object extends Relaxed<NonNullable<Parameters[Place]>, Defaults>
    ? never
    : Place]: Relaxed<NonNullable<Parameters[Place]>, Defaults>;
} & {
  [Place in keyof Parameters as object extends Relaxed<NonNullable<Parameters[Place]>, Defaults>
    ? Place
    : never]?: [NonNullable<Parameters[Place]>] extends [never]
    ? never
    : Relaxed<NonNullable<Parameters[Place]>, Defaults>;
};

/** One operation as openapi-fetch reads it, with the names that the client fills in made optional. */
type RelaxedOperation<Op, Defaults extends string> = Op extends { parameters: infer Parameters }
  ? Omit<Op, 'parameters' | 'requestBody'> & {
      parameters: RelaxedParameters<Parameters, Defaults>;
    } & (Op extends { requestBody: { content: { 'application/json': infer Body } } }
        ? { requestBody: { content: { 'application/json': Relaxed<Body, Defaults> } } }
        : unknown)
  : Op;

/** `PlainPaths` of a contract, with the names that the client fills in made optional. */
export type ClientPaths<Paths, Defaults extends string> = {
  [Path in keyof Paths]: {
    [Method in keyof Paths[Path]]: Method extends 'parameters'
      ? Paths[Path][Method]
      : RelaxedOperation<Paths[Path][Method], Defaults>;
  };
};

type Given<Name extends string, T> = [T] extends [never]
  ? unknown
  : object extends T
    ? { readonly [N in Name]?: T }
    : { readonly [N in Name]: T };

/**
 * What a call of an operation takes: `path`, `query`, `header` and `body`, each only where the contract has
 * it.
 */
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
