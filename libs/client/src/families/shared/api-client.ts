import type { Operation } from '@enrollkit/contract';
import createFetchClient, { type Client } from 'openapi-fetch';
import { baseUrlOf } from '../../transport/base-url.ts';
import type { Core } from './core.ts';
import { operationFetch } from './fetch.ts';

/**
 * The methods of openapi-fetch: `GET`, `POST`, `PUT`, `DELETE`, `request`, and `use` and `eject` for its
 * middleware.
 */
export type FetchClient<Paths extends object> = Pick<
  Client<Paths, 'application/json'>,
  'GET' | 'POST' | 'PUT' | 'DELETE' | 'request' | 'use' | 'eject'
>;

/** What an openapi-fetch client over the core is made of. */
export interface FetchClientParts {
  readonly baseUrl: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly core: Core;
}

/** An openapi-fetch client whose `fetch` is ours. */
export function fetchClient<Paths extends object>(parts: FetchClientParts): FetchClient<Paths> {
  const baseUrl = baseUrlOf(parts.baseUrl);
  return createFetchClient<Paths, 'application/json'>({
    baseUrl,
    fetch: operationFetch({ ...parts, baseUrl }),
  });
}
