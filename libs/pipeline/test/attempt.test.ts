import type { Submission } from '@enrollkit/enrollment';
import { LedgerConflictError } from '@enrollkit/ledger';
import { describe, expect, it } from 'vitest';
import { DeniedError, KeyWithdrawnError } from '../src/errors.ts';
import { attempt } from '../src/send/attempt.ts';
import { reason, stage } from './stage.ts';

describe('an attempt to send a batch', () => {
  it('has its intent in the ledger before the request leaves, and its receipt after it', async () => {
    const states: string[] = [];
    const { context, sendable, batch } = await stage({
      submit: async () => {
        states.push((await batch()).state);
        return { kind: 'accepted', providerBatchId: 'p-1' };
      },
    });
    await attempt(await sendable(), context);
    expect(states).toEqual(['submitting']);
    expect(await batch()).toMatchObject({ state: 'submitted', providerBatchId: 'p-1', attempts: 1 });
  });

  it('records no intent and sends nothing when the scheduler has no slot for it', async () => {
    const { context, sendable, batch, requests } = await stage();
    await attempt(await sendable(), context, { acquire: async () => false, wait: async () => true });
    expect(requests).toEqual([]);
    expect(await batch()).toMatchObject({ state: 'sealed', attempts: 0 });
  });

  it('goes back unsent when its moment has passed after the intent', async () => {
    const { context, sendable, batch, requests } = await stage();
    await attempt(await sendable(), context, { acquire: async () => true, wait: async () => false });
    expect(requests).toEqual([]);
    expect(await batch()).toMatchObject({ state: 'sealed', reason: { code: 'NOT_SENT' } });
  });

  it.each([true, false])('takes back a doubtful intent only where writes are fenced: %s', async (fenced) => {
    const { context, sendable, batch, ledger, requests } = await stage();
    const next = await sendable();
    const lost = {
      ...ledger,
      recordIntent: async (id: number, at: Date) => {
        await ledger.recordIntent(id, at);
        throw new LedgerConflictError('written already');
      },
    };
    await expect(attempt(next, { ...context, ledger: lost, fenced })).rejects.toThrow(LedgerConflictError);
    expect((await batch()).state).toBe(fenced ? 'sealed' : 'submitting');
    expect(requests).toEqual([]);
  });
});

describe('a process that is held up between its intent and the first byte', () => {
  it.each([
    ['the monotonic clock', { monotonic: 4_001, wall: 0 }],
    ['the time of day, as after a suspended machine', { monotonic: 0, wall: 4_001 }],
  ])('is stopped from sending by %s', async (_what, passed) => {
    const late: boolean[] = [];
    const moved = { monotonic: 0, wall: 0 };
    const { context, sendable, batch, heard } = await stage({
      mayLeave: (mayLeave) => {
        late.push(!mayLeave());
        Object.assign(moved, passed);
        late.push(!mayLeave());
      },
      submit: () => ({ kind: 'late' }),
    });
    await attempt(await sendable(), {
      ...context,
      clock: {
        ...context.clock,
        now: () => context.clock.now() + moved.wall,
        monotonic: () => context.clock.monotonic() + moved.monotonic,
      },
    });
    expect(late).toEqual([false, true]);
    expect(await batch()).toMatchObject({ state: 'sealed', reason: { code: 'NOT_SENT' } });
    expect(heard()).toEqual(['late']);
  });

  it('counts from before the intent is written, for the ledger itself may be what takes long', async () => {
    let late: boolean | undefined;
    const { context, sendable, ledger, clock } = await stage({
      mayLeave: (mayLeave) => void (late = !mayLeave()),
    });
    const slow = {
      ...ledger,
      recordIntent: async (id: number, at: Date) => {
        await ledger.recordIntent(id, at);
        clock.advance(4_001);
      },
    };
    await attempt(await sendable(), { ...context, ledger: slow });
    expect(late).toBe(true);
  });
});

describe('the answer to a submission is recorded:', () => {
  const answers: readonly (readonly [Submission, string, string | undefined])[] = [
    [{ kind: 'accepted', providerBatchId: 'p-1' }, 'submitted', undefined],
    [{ kind: 'exists', providerBatchId: 'p-1', reason: reason('EXISTS', 409) }, 'submitted', undefined],
    [{ kind: 'exists', reason: reason('EXISTS', 409) }, 'unknown', 'ALREADY_EXISTS'],
    [{ kind: 'refused', reason: reason('INVALID', 400) }, 'refused', 'INVALID'],
    [{ kind: 'withdrawn', reason: reason('CRYPTOGRAPHY_ERROR', 400) }, 'sealed', 'CRYPTOGRAPHY_ERROR'],
    [{ kind: 'busy', reason: reason('BUSY') }, 'sealed', 'BUSY'],
    [{ kind: 'unknown', reason: reason('TIMEOUT', 0) }, 'unknown', 'TIMEOUT'],
  ];

  it.each(answers.map(([answer, state, code]) => ({ kind: answer.kind, answer, after: { state, code } })))(
    'after $kind the batch is as the provider left it',
    async ({ answer, after: expected }) => {
      const { context, sendable, batch } = await stage({ submit: () => answer });
      await attempt(await sendable(), context);
      const after = await batch();
      expect({ state: after.state, code: after.reason?.code }).toEqual(expected);
    },
  );

  it('an answer that denies access leaves the batch unsent and ends the run', async () => {
    const { context, sendable, batch } = await stage({
      submit: () => ({ kind: 'denied', reason: reason('UNAUTHORIZED', 401) }),
    });
    await expect(attempt(await sendable(), context)).rejects.toThrow(DeniedError);
    expect((await batch()).state).toBe('sealed');
  });

  it('under policy resend what is unknown is due again after a wait, and what exists is not', async () => {
    const { context, sendable, batch, clock } = await stage({
      batches: [1, 1],
      settings: { onUnknown: 'resend' },
      submit: (id) =>
        id === 'batch-0'
          ? { kind: 'unknown', reason: reason('TIMEOUT', 0) }
          : { kind: 'exists', reason: reason('EXISTS', 409) },
    });
    await attempt(await sendable(), context);
    expect(await batch(0)).toMatchObject({ state: 'sealed', notBefore: new Date(clock.now() + 500) });
    await attempt(await sendable(), context);
    expect(await batch(1)).toMatchObject({ state: 'unknown', reason: { code: 'ALREADY_EXISTS' } });
  });

  it.each([
    [{ kind: 'busy', reason: reason('SLOW_DOWN', 429) } as const, 500],
    [{ kind: 'busy', reason: reason('BUSY'), retryAfterMs: 30_000 } as const, 30_000],
    [{ kind: 'busy', reason: reason('BUSY') } as const, 0],
  ])(
    'a busy provider pauses every request only when it means all of them (%#)',
    async (answer, pausedFor) => {
      const { context, sendable, ledger } = await stage({ submit: () => answer });
      await attempt(await sendable(), context);
      expect(await ledger.pausedForMs()).toBe(pausedFor);
    },
  );

  it('five failures in a row open the breaker, and the next batch goes back unsent', async () => {
    const { context, sendable, batch, requests, events } = await stage({
      batches: [1, 1, 1, 1, 1, 1],
      submit: () => ({ kind: 'unknown', reason: reason('TIMEOUT', 0) }),
    });
    for (let sent = 0; sent < 6; sent += 1) await attempt(await sendable(), context);
    expect(requests).toHaveLength(5);
    expect(await batch(5)).toMatchObject({ state: 'sealed', reason: { code: 'NOT_SENT' } });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'provider-down', pauseMs: 10_000 }));
  });
});

describe('a batch that waits while the provider changes its key', () => {
  const input = {
    reader: { readOne: async (place: { row: number }) => ({ place, row: place.row }) },
    validator: {
      judge: ({ place, row }: { place: { row: number }; row: number }) => ({
        place,
        record: { externalConsumerId: `consumer-${row}`, externalCardId: `card-${row}` },
      }),
    },
  };
  const openInput = () => Promise.resolve(input as never);

  it('is sealed again under the same id before its first attempt', async () => {
    const { context, sendable, ledger, clock, intake, heard } = await stage({
      kid: () => 'kid-2',
      submit: () => ({ kind: 'busy', reason: reason('BUSY') }),
      context: { openInput },
    });
    await attempt(await sendable(), context);
    clock.advance(60_000);
    const [after] = await ledger.sendable(intake.id, new Date(clock.now()), 1);
    expect(after).toMatchObject({ externalBatchId: 'batch-0', kid: 'kid-2' });
    expect(heard()).toContain('resealed');
  });

  it('keeps its bytes once it was attempted, for that attempt may have arrived', async () => {
    const { context, sendable, ledger, clock, intake, heard } = await stage({
      kid: () => 'kid-2',
      settings: { onUnknown: 'resend' },
      submit: () => ({ kind: 'unknown', reason: reason('TIMEOUT', 0) }),
    });
    await attempt(await sendable(), context);
    clock.advance(60_000);
    await attempt(await sendable(), { ...context, openInput });
    clock.advance(60_000);
    const [after] = await ledger.sendable(intake.id, new Date(clock.now()), 1);
    expect(after).toMatchObject({ kid: 'kid-1', attempts: 2 });
    expect(heard()).not.toContain('resealed');
  });

  it('is sealed again after attempts, too, when the provider itself cannot open it', async () => {
    const { context, sendable, clock, heard, batch } = await stage({
      kid: () => 'kid-2',
      submit: (_id, count) =>
        count === 1
          ? { kind: 'withdrawn', reason: reason('CRYPTOGRAPHY_ERROR', 400) }
          : { kind: 'accepted', providerBatchId: 'p-1' },
    });
    await attempt(await sendable(), context);
    clock.advance(1);
    await attempt(await sendable(), { ...context, openInput });
    expect(heard()).toEqual(['key-withdrawn', 'resealed', 'submitted']);
    expect(await batch()).toMatchObject({ state: 'submitted', kid: 'kid-2' });
  });

  it.each([
    ['input', 'kid-2', undefined],
    ['key', 'kid-1', openInput],
    ['key', undefined, openInput],
  ] as const)('ends the run for want of the %s when nothing else can be done', async (needs, kid, opened) => {
    const { context, sendable, requests } = await stage({ kid: () => kid });
    const withdrawn = new Set(['kid-1']);
    const running = attempt(await sendable(), {
      ...context,
      withdrawn,
      ...(opened && { openInput: opened }),
    });
    await expect(running).rejects.toThrow(KeyWithdrawnError);
    await expect(running).rejects.toMatchObject({ code: 'provider-key-withdrawn', needs });
    expect(requests).toEqual([]);
  });
});
