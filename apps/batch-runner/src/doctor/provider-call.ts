import type { PollAnswer } from '@enrollkit/enrollment';
import type { Authenticator } from '@enrollkit/signing';
import { openAuthenticator, openProvider } from '../assemble.ts';
import type { LoadedConfig } from '../config/load.ts';

/** The provider has no batch with this id. */
const IMPOSSIBLE_BATCH = '00000000-0000-0000-0000-000000000000';

/** The answer to a signed request, and the difference between the two clocks. */
export interface ProviderCall {
  readonly answer: PollAnswer;
  /**
   * This machine's clock minus the provider's, in milliseconds, from the answer's `Date` header (resolution
   * one second).
   */
  readonly clockOffsetMs?: number;
}

/**
 * Polls a batch that cannot exist: harmless, and only a client that signs as the provider expects learns that
 * there is none.
 */
export async function callProvider(loaded: LoadedConfig): Promise<ProviderCall> {
  const watch = observing(await openAuthenticator(loaded.config.signing, loaded.folder));
  const provider = await openProvider(loaded, { authenticator: watch.authenticator });
  try {
    const answer = await provider.poll(IMPOSSIBLE_BATCH);
    const clockOffsetMs = watch.clockOffsetMs();
    return { answer, ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }) };
  } finally {
    await provider.close();
  }
}

/**
 * Reads the provider's `Date` from the headers that every authenticator is given, which saves another call.
 */
function observing(inner: Authenticator): {
  readonly authenticator: Authenticator;
  readonly clockOffsetMs: () => number | undefined;
} {
  let sentAt = 0;
  let clockOffsetMs: number | undefined;
  const authenticator: Authenticator = {
    authenticate: (request) => {
      sentAt = Date.now();
      return inner.authenticate(request);
    },
    learn: (answer) => {
      const date = Date.parse(answer.headers.get('date') ?? '');
      // The provider wrote its time between request and answer.
      if (!Number.isNaN(date)) clockOffsetMs = (sentAt + Date.now()) / 2 - date;
      return inner.learn?.(answer) ?? false;
    },
    explain: (sent, description) => inner.explain?.(sent, description),
  };
  return { authenticator, clockOffsetMs: () => clockOffsetMs };
}
