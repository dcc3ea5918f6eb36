import type { PollAnswer } from '@enrollkit/enrollment';
import type { Authenticator } from '@enrollkit/signing';
import { openAuthenticator, openProvider } from '../assemble.ts';
import type { LoadedConfig } from '../config/load.ts';

/** No batch of the provider's has this id. */
const IMPOSSIBLE_BATCH = '00000000-0000-0000-0000-000000000000';

/** What a signed question came to, and whose time it was. */
export interface ProviderCall {
  readonly answer: PollAnswer;
  /** How far this machine's clock is ahead of the provider's, in milliseconds, from the `Date` of its answer (one second fine). */
  readonly aheadMs?: number;
}

/** Asks about a batch that cannot exist: harmless, and only who signs as the provider expects is told that there is none. */
export async function callProvider(loaded: LoadedConfig): Promise<ProviderCall> {
  const watch = observing(await openAuthenticator(loaded.config.signing, loaded.folder));
  const provider = await openProvider(loaded, watch.authenticator);
  try {
    const answer = await provider.poll(IMPOSSIBLE_BATCH);
    const aheadMs = watch.aheadMs();
    return { answer, ...(aheadMs === undefined ? {} : { aheadMs }) };
  } finally {
    await provider.close();
  }
}

/** The authenticator hears every answer's headers: the one place where the provider's `Date` can be read without another call. */
function observing(inner: Authenticator): {
  readonly authenticator: Authenticator;
  readonly aheadMs: () => number | undefined;
} {
  let askedAt = 0;
  let aheadMs: number | undefined;
  const authenticator: Authenticator = {
    authenticate: (request) => {
      askedAt = Date.now();
      return inner.authenticate(request);
    },
    learn: (answer) => {
      const date = Date.parse(answer.headers.get('date') ?? '');
      // The provider wrote its time somewhere between the question and the answer.
      if (!Number.isNaN(date)) aheadMs = (askedAt + Date.now()) / 2 - date;
      return inner.learn?.(answer) ?? false;
    },
    explain: (sent, description) => inner.explain?.(sent, description),
  };
  return { authenticator, aheadMs: () => aheadMs };
}
