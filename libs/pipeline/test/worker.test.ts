import { setImmediate } from 'node:timers/promises';
import {
  LedgerConflictError,
  LedgerStorageError,
  type Ledger,
  type SharedLedger,
  type Work,
} from '@enrollkit/ledger';
import { describe, expect, it } from 'vitest';
import { Pause } from '../src/send/pause.ts';
import { Slots } from '../src/run/slots.ts';
import { Worker } from '../src/run/worker.ts';
import { workerContext, workForAll, workForIntake } from '../src/run/worker-pool.ts';
import { reason, stage, type StageOptions } from './stage.ts';

const never = new AbortController().signal;

/**
 * The ledger of the stage as one that is shared: a queue in memory, in which every batch that is due is work
 * of one worker at a time.
 */
async function sharedStage(options: StageOptions = {}) {
  const made = await stage(options);
  const released: { readonly batchId: number; readonly afterMs: number }[] = [];
  const queue = new Set<string>();
  const shared: SharedLedger = Object.assign(Object.create(null) as object, made.ledger, {
    consume: async ({ handle }: { handle: (work: Work) => Promise<void> }) => {
      const stopped = new AbortController();
      const loop = async (): Promise<void> => {
        while (!stopped.signal.aborted) {
          await setImmediate();
          for (const work of await dueWork(made.ledger, made.intake.id, made.clock.now())) {
            if (stopped.signal.aborted) return;
            const name = `${work.kind} ${work.batchId}`;
            if (queue.has(name)) continue;
            queue.add(name);
            await handle(work).catch(() => undefined);
            queue.delete(name);
          }
        }
      };
      const looping = loop();
      return { stop: async () => (stopped.abort(), looping) };
    },
    forAttempt: () => made.ledger,
    takeOver: async () => false,
    requeue: async () => 0,
    release: async (batchId: number, afterMs: number) => void released.push({ batchId, afterMs }),
    hasEnded: async (id: string) => {
      const { batches } = await made.ledger.tally(id);
      return batches.sealed + batches.submitting + batches.submitted + batches.unknown === 0;
    },
    batch: async (id: number) => made.ledger.findBatch(made.intake.id, `batch-${id - 1}`),
    sendableBatch: async (id: number) =>
      (await made.ledger.sendable(made.intake.id, new Date(made.clock.now()), 100)).find(
        (batch) => batch.id === id,
      ),
    acquireSlot: async () => 0,
  }) as SharedLedger;
  const context = workerContext(made.context, { ledger: shared, longestRequestMs: 1_000 });
  return { ...made, shared, released, worker: context };
}

async function dueWork(ledger: Ledger, intakeId: string, now: number): Promise<Work[]> {
  const at = new Date(now);
  const work = (kind: Work['kind'], batchId: number): Work => ({ kind, batchId, owner: 'w', again: false });
  return [
    ...(await ledger.sendable(intakeId, at, 100)).map(({ id }) => work('submit', id)),
    ...(await ledger.duePolls(intakeId, at, 100)).map(({ id }) => work('poll', id)),
  ];
}

describe('a worker among many', () => {
  it('sends and polls what is due until its intake has nothing left, and settles the intake', async () => {
    const { worker, intake, ledger } = await sharedStage({ batches: [1, 2] });
    expect(await workForIntake(intake, worker, never)).toEqual({ kind: 'idle' });
    expect(await ledger.tally(intake.id)).toMatchObject({ enrolled: 3 });
  });

  it('does not count an intake as done while a batch is unknown and sent again by policy', async () => {
    const { worker, intake, ledger, requests } = await sharedStage({
      settings: { onUnknown: 'resend' },
      submit: (id, count) =>
        count < 3
          ? { kind: 'unknown', reason: reason('TIMEOUT', 0) }
          : { kind: 'accepted', providerBatchId: id.replace('batch', 'provider') },
    });
    expect(await workForIntake(intake, worker, never)).toEqual({ kind: 'idle' });
    expect(requests.filter((request) => request.startsWith('submit'))).toHaveLength(3);
    expect((await ledger.tally(intake.id)).enrolled).toBe(1);
  });

  it.each(['unknown', 'submitting', 'sealed'] as const)(
    'never settles an intake while a batch of it is %s',
    async (state) => {
      const { worker, intake, ledger, shared, submitted, sendable, clock } = await sharedStage({
        batches: [1, 1],
      });
      const done = await submitted();
      await ledger.settle(done.id, []);
      const open = await sendable();
      if (state !== 'sealed') await ledger.recordIntent(open.id, new Date(clock.now()));
      if (state === 'unknown') await ledger.markUnknown(open.id, reason('TIMEOUT', 0));
      let settled = 0;
      const counting: SharedLedger = Object.assign(Object.create(null) as object, shared, {
        settleIntake: async () => void (settled += 1),
        consume: async ({ handle }: { handle: (work: Work) => Promise<void> }) => {
          await handle({ kind: 'reconcile', batchId: done.id, owner: 'w', again: false });
          return { stop: async () => undefined };
        },
      }) as SharedLedger;
      await new Worker({ ...worker, ledger: counting }).run(AbortSignal.abort());
      expect(settled).toBe(0);
      expect((await ledger.findIntake(intake.id))?.state).toBe('ready');
    },
  );

  it('finds a batch that is under way in the ledger and in no hand, as after a fail-over that lost its answer', async () => {
    const { worker, intake, ledger, shared, sendable, clock, heard } = await sharedStage();
    const open = await sendable();
    await ledger.recordIntent(open.id, new Date(clock.now()));
    const lost: SharedLedger = Object.assign(Object.create(null) as object, shared, {
      requeue: async () => {
        await ledger.markUnknown(open.id, reason('INTERRUPTED', 0));
        return 1;
      },
    }) as SharedLedger;
    expect(await workForIntake(intake, { ...worker, ledger: lost }, never)).toEqual({ kind: 'idle' });
    expect((await ledger.tally(intake.id)).batches).toMatchObject({ submitting: 0, unknown: 1 });
    expect(heard()).toContain('recovered');
  });

  it('without an intake of its own finds such a batch, too, and settles an intake whose last answer came and whose end was lost', async () => {
    const { worker, intake, ledger, shared, submitted, sendable, clock, heard } = await sharedStage({
      batches: [1, 1],
    });
    const done = await submitted();
    const open = await sendable();
    await ledger.recordIntent(open.id, new Date(clock.now()));
    const stop = new AbortController();
    const failedOver: SharedLedger = Object.assign(Object.create(null) as object, shared, {
      consume: async () => ({ stop: async () => undefined }),
      requeue: async () => {
        await ledger.settle(done.id, []);
        await ledger.settle(open.id, []);
        return 1;
      },
      settleIntake: async (id: string) => {
        await ledger.settleIntake(id);
        stop.abort();
      },
    }) as SharedLedger;
    await workForAll({ ...worker, ledger: failedOver }, stop.signal, false);
    expect(heard()).toContain('recovered');
    expect((await ledger.findIntake(intake.id))?.state).toBe('settled');
  });

  it('with nothing left to do anywhere ends when asked for that, and names a key that only the input replaces', async () => {
    const { worker } = await sharedStage();
    expect(await workForAll(worker, never, true)).toEqual({ kind: 'idle' });
    const { worker: stuck } = await sharedStage({
      kid: () => 'kid-2',
      submit: () => ({ kind: 'withdrawn', reason: reason('CRYPTOGRAPHY_ERROR', 400) }),
    });
    expect(await workForAll(stuck, never, true)).toEqual({
      kind: 'key-withdrawn',
      kid: 'kid-1',
      needs: 'input',
    });
  });

  it('reports work that another one was quicker with, and goes on', async () => {
    let conflicts = 1;
    const { worker, shared, ledger, intake, heard } = await sharedStage();
    const contested: SharedLedger = Object.assign(Object.create(null) as object, shared, {
      forAttempt: () => ({
        ...ledger,
        recordIntent: async (id: number, at: Date) => {
          if (conflicts-- > 0) throw new LedgerConflictError('another attempt was quicker');
          return ledger.recordIntent(id, at);
        },
      }),
    }) as SharedLedger;
    expect(await workForIntake(intake, { ...worker, ledger: contested }, never)).toEqual({ kind: 'idle' });
    expect(heard()).toContain('superseded');
    expect((await ledger.tally(intake.id)).enrolled).toBe(1);
  });

  it('fails when the ledger is damaged, and not when it is unavailable for a while', async () => {
    const { worker, shared, intake } = await sharedStage();
    const breaking = (
      shared: SharedLedger,
      code: 'ledger-corrupt' | 'ledger-unavailable',
      times: number,
    ): SharedLedger => {
      let left = times;
      return Object.assign(Object.create(null) as object, shared, {
        batch: async (id: number) => {
          if (left-- > 0) throw new LedgerStorageError(code, 'trouble', { where: 'a database' });
          return shared.batch(id);
        },
      }) as SharedLedger;
    };
    const flaky = breaking(shared, 'ledger-unavailable', 3);
    expect(await workForIntake(intake, { ...worker, ledger: flaky }, never)).toEqual({ kind: 'idle' });
    const again = await sharedStage();
    const broken = { ...again.worker, ledger: breaking(again.shared, 'ledger-corrupt', 1) };
    await expect(workForAll(broken, never, false)).rejects.toThrow(LedgerStorageError);
  });
});

describe('the slots of a worker', () => {
  async function slots(acquired: (number | undefined)[], more: { readonly draining?: AbortSignal } = {}) {
    const { worker, shared, sendable, released, clock, context } = await sharedStage();
    const taken: number[] = [];
    const made = new Slots({
      ...worker,
      ledger: shared,
      limiter: {
        acquireSlot: async () => {
          const slot = acquired.shift();
          if (slot !== undefined) taken.push(slot);
          return slot === undefined ? undefined : clock.now() + slot;
        },
        pauseFor: () => undefined,
      },
      pause: new Pause(context),
      draining: more.draining ?? never,
    });
    return { slots: made, taken, sendable, released, clock };
  }

  it('let a request that is in time leave exactly at its slot', async () => {
    const { slots: made, clock } = await slots([]);
    const at = clock.now() + 30;
    expect(await made.wait(at)).toBe(true);
    expect(clock.now()).toBe(at);
  });

  it('give a request that missed its slot another one, and wait for that', async () => {
    const { slots: made, taken, clock } = await slots([200]);
    const begun = clock.now();
    expect(await made.wait(begun - 60)).toBe(true);
    expect(taken).toEqual([200]);
    expect(clock.now()).toBe(begun + 200);
  });

  it('let a machine that is always late send after two missed slots', async () => {
    const { slots: made, taken, clock } = await slots([-60, -60, -60]);
    expect(await made.wait(clock.now() - 60)).toBe(true);
    expect(taken).toEqual([-60, -60]);
  });

  it('hold a request back for which there is no other slot', async () => {
    const { slots: made, clock } = await slots([undefined]);
    expect(await made.wait(clock.now() - 60)).toBe(false);
  });

  it('release the work that cannot start, at once when the worker takes up nothing more', async () => {
    const busy = await slots([undefined]);
    const batch = await busy.sendable();
    expect(await busy.slots.acquire(batch)).toBeUndefined();
    expect(busy.released).toEqual([{ batchId: batch.id, afterMs: 500 }]);
    const ending = await slots([0], { draining: AbortSignal.abort() });
    expect(await ending.slots.acquire(await ending.sendable())).toBeUndefined();
    expect(ending.released).toEqual([{ batchId: 1, afterMs: 0 }]);
  });
});
