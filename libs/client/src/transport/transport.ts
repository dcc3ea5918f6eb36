import type { Authenticator } from '@enrollkit/signing';
import { attempt } from './attempt.ts';
import { baseUrlOf } from './base-url.ts';
import { openPool } from './dispatcher.ts';
import { defaultLimits, type Limits, type TransportOptions } from './options.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** The wire: one `send` is one attempt. */
export interface Transport {
  readonly limits: Limits;
  /**
   * Signs, sends and reads the whole answer, whatever its status. Follows no redirect and repeats nothing.
   * Throws `AttemptFailure` when there is no whole answer, `AttemptAborted` when the caller's signal aborted,
   * and `AttemptLate` when `mayLeave` held the request back.
   */
  send(request: WireRequest): Promise<WireAnswer>;
  /** Lets what is in flight finish, then closes all connections. */
  close(): Promise<void>;
}

/**
 * Opens the wire. Built on `Dispatcher.request` and not on undici's fetch: by the fetch standard a 421 is
 * sent a second time and a 407 loses its answer, and here one call is one attempt. Throws `ConfigError`.
 */
export function createTransport(authenticator: Authenticator, options: TransportOptions = {}): Transport {
  const { tls: _tls, dispatcher: _dispatcher, proxy: _proxy, connectTo, ...given } = options;
  const limits: Limits = { ...defaultLimits, ...given };
  const { dispatcher, close } = openPool(options, limits);
  const origin = connectTo === undefined ? undefined : new URL(baseUrlOf(connectTo, 'connectTo')).origin;
  return {
    limits,
    send: (request) => attempt(request, { dispatcher, authenticator, limits, origin }),
    close,
  };
}
