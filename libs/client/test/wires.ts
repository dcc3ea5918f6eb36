import { readFileSync } from 'node:fs';
import type { Authenticator } from '@enrollkit/signing';
import { expect, onTestFinished } from 'vitest';
import { judge, ProviderError } from '../src/index.ts';
import { AttemptFailure } from '../src/transport/attempt.ts';
import type { TransportOptions } from '../src/transport/options.ts';
import { createTransport } from '../src/transport/transport.ts';
import type { WireRequest } from '../src/transport/wire.ts';

/** A certificate or key of the tests. */
export const pem = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');
/** Signs nothing. */
export const unsigned: Authenticator = { authenticate: () => Promise.resolve({}) };

/** A wire of its own; closed with the test. */
export function transport(options: TransportOptions = {}, authenticator = unsigned) {
  const wire = createTransport(authenticator, options);
  onTestFinished(() => wire.close());
  return wire;
}

/** A request with a body. */
export const post = (url: string, more: Partial<WireRequest> = {}): WireRequest => ({
  method: 'POST',
  url: new URL(url),
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"a":1}'),
  ...more,
});

/** The error that callers would get of an attempt that has to fail. */
export async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(
    () => expect.unreachable('it should have failed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AttemptFailure)) throw new Error('not the failure of an attempt', { cause: error });
  const place = { operationId: 'enrollBatch', method: 'POST', url: 'https://api.example' };
  return new ProviderError(
    error.failure,
    judge('submit', error.failure, { batch: [], programme: [] }),
    place,
  );
}
