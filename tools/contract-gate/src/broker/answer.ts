import type { Json } from '../spec/json.ts';

/** What a route answers. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** What a route is asked. */
export interface Asked {
  /** Where this server is reached, without a slash at the end. */
  readonly base: string;
  readonly query: URLSearchParams;
  /** The parts of the path that the route leaves open, decoded. */
  readonly parts: readonly string[];
  readonly body: Json;
}

/** A success. */
export function ok(body: Json, status = 200): Answer {
  return { status, body };
}

/** A refusal, in the form that the Pact CLI shows. */
export function refuse(status: number, message: string): Answer {
  return { status, body: { error: message, errors: { base: [message] } } };
}

/** Links in HAL. */
export function links(named: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(named).map(([name, href]) => [name, { href, templated: href.includes('{') }]),
  );
}
