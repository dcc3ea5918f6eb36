import { LedgerConflictError, LedgerStorageError } from '@enrollkit/ledger';
import { describe, expect, it } from 'vitest';
import { DatabaseRetry } from '../src/run/database-retry.ts';

const away = (code: 'ledger-unavailable' | 'ledger-restarted' | 'ledger-disk-full') =>
  new LedgerStorageError(code, 'no answer', { where: 'a database' });

/** A retry that notes how long it slept and what it reported. */
function retrying(giveUp: AbortSignal = new AbortController().signal) {
  const slept: number[] = [];
  const heard: string[] = [];
  const retry = new DatabaseRetry(
    {
      notify: ({ kind }) => void heard.push(kind),
      clock: { now: () => 0, monotonic: () => 0, sleep: async (ms) => void slept.push(ms) },
    },
    giveUp,
  );
  return { retry, slept, heard };
}

/** Fails so often before it answers. */
function failing(times: number, error: Error = away('ledger-unavailable')) {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw error;
    return `answer ${calls}`;
  };
}

describe('a database that is unavailable', () => {
  it('is called again later and later, which is reported once, and so is its return', async () => {
    const { retry, slept, heard } = retrying();
    expect(await retry.run(failing(7))).toBe('answer 8');
    expect(slept).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(heard).toEqual(['ledger-unavailable', 'ledger-available']);
  });

  it('is not reported for one broken connection', async () => {
    const { retry, heard } = retrying();
    await retry.run(failing(1));
    expect(heard).toEqual([]);
  });

  it('is not reported while it holds back intents after a restart', async () => {
    const { retry, heard, slept } = retrying();
    expect(await retry.run(failing(4, away('ledger-restarted')))).toBe('answer 5');
    expect(slept).toEqual([100, 200, 400, 800]);
    expect(heard).toEqual([]);
  });

  it('is retried through the methods of a wrapped ledger, except where a repeat would be another call', async () => {
    const { retry, slept } = retrying();
    const tally = failing(2);
    const lock = failing(2);
    const ledger = retry.wrap({ tally, lock });
    expect(await ledger.tally()).toBe('answer 3');
    await expect(ledger.lock()).rejects.toThrow(LedgerStorageError);
    expect(slept).toHaveLength(2);
  });

  it.each([away('ledger-disk-full'), new LedgerConflictError('moved on'), new TypeError('a defect')])(
    'is not what any other error means (%s)',
    async (error) => {
      const { retry, slept } = retrying();
      await expect(retry.run(failing(1, error))).rejects.toBe(error);
      expect(slept).toEqual([]);
    },
  );

  it('is no longer waited for once the run gives up', async () => {
    const { retry } = retrying(AbortSignal.abort());
    await expect(retry.run(failing(1))).rejects.toThrow(LedgerStorageError);
  });
});
