import type { Operation, Validator } from '@enrollkit/contract';
import { operations } from '@enrollkit/contract/runner';

/** What a call sends. */
export interface Call {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The id of an operation of the contract. */
export type OperationId = keyof typeof operations;

type Responses<Id extends OperationId> = (typeof operations)[Id]['responses'];

/** What the operation answers when it succeeds. */
export type BodyOf<Id extends OperationId> = Responses<Id>[Extract<
  keyof Responses<Id>,
  '200' | '202'
>] extends {
  readonly validate: Validator<infer Body>;
}
  ? Body
  : undefined;

/** What came back, judged by the contract. */
export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Calls the API as the console does, and fails on every answer that the contract does not have. */
export class ApiClient {
  readonly origin: string;
  #cookie = '';
  #csrfToken = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Signs in with a one-time link as `enrollkit serve` prints it. */
  static async byLink(link: string): Promise<ApiClient> {
    const { origin, hash } = new URL(link);
    const client = new ApiClient(origin);
    const linkToken = new URLSearchParams(hash.slice(1)).get('link') ?? hash.slice(1);
    const { status, body } = await client.call('redeemLink', { body: { linkToken } });
    if (status !== 200) throw new Error(`the link was refused: ${JSON.stringify(body)}`);
    return client;
  }

  /** The headers of a request of the session. */
  get headers(): Readonly<Record<string, string>> {
    return { Cookie: this.#cookie, 'X-CSRF-Token': this.#csrfToken, Origin: this.origin };
  }

  /** The body of an answer that has to be a success. */
  async bodyOf<Id extends OperationId>(id: Id, call: Call = {}): Promise<BodyOf<Id>> {
    const { status, body } = await this.call(id, call);
    if (status >= 300) throw new Error(`${id} answers ${status}: ${JSON.stringify(body)}`);
    // The validator of that status has judged it.
    return body as BodyOf<Id>;
  }

  async call(id: OperationId, call: Call = {}): Promise<Answered> {
    const operation: Operation = operations[id];
    const answer = await fetch(this.urlOf(operation, call), {
      method: operation.method,
      redirect: 'manual',
      headers: {
        ...this.headers,
        ...(call.body !== undefined && { 'Content-Type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body !== undefined && {
        body: call.body instanceof Uint8Array ? call.body : JSON.stringify(call.body),
      }),
    });
    const text = await answer.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    judge(operation, answer, body);
    this.#remember(answer, body);
    return { status: answer.status, body, headers: answer.headers };
  }

  /** The address of a call. */
  urlOf({ path }: Pick<Operation, 'path'>, { path: values = {}, query = {} }: Call): URL {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(String(values[name])),
    );
    const url = new URL(`/api${filled}`, this.origin);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return url;
  }

  #remember(answer: Response, body: unknown): void {
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie !== undefined) this.#cookie = cookie;
    const token = (body as { csrfToken?: string } | undefined)?.csrfToken;
    if (token !== undefined) this.#csrfToken = token;
  }
}

/** Throws when the contract does not have that answer. */
function judge({ operationId, responses }: Operation, { status, headers }: Response, body: unknown): void {
  const key = [String(status), `${Math.trunc(status / 100)}XX`].find((one) => Object.hasOwn(responses, one));
  if (key === undefined)
    throw new Error(`${operationId} answers ${status}, which the contract does not have`);
  const expected = responses[key];
  if (expected === null || expected === undefined) {
    if (body !== undefined) throw new Error(`${operationId} answers ${status} with a body`);
    return;
  }
  const type = headers.get('Content-Type')?.split(';')[0];
  if (type !== expected.mediaType)
    throw new Error(`${operationId} answers ${status} as ${type ?? 'nothing'}, not ${expected.mediaType}`);
  const verdict = expected.validate(body);
  if (!verdict.valid)
    throw new Error(`${operationId} answers ${status} with ${JSON.stringify(verdict.problems)}`);
}
