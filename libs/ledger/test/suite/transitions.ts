import { isDeepStrictEqual } from 'node:util';
import { batchMoves, mayMove, type BatchState } from '@enrollkit/enrollment';
import { describe, expect, it } from 'vitest';
import { LedgerConflictError, type Ledger } from '@enrollkit/ledger';
import { body, foundBatch, loadReady, minute, reason } from '../builders.ts';
import type { NewPlace } from '../place.ts';

interface Transition {
  readonly act: (ledger: Ledger, id: number) => Promise<unknown>;
  readonly to: BatchState;
  /** Where the method starts, if that is less than what the table allows. */
  readonly only?: readonly BatchState[];
}

/** Every method that changes a batch's state. */
const methods: Readonly<Record<string, Transition>> = {
  recordIntent: { act: (ledger, id) => ledger.recordIntent(id, minute(1)), to: 'submitting' },
  recordReceipt: { act: (ledger, id) => ledger.recordReceipt(id, 'provider-1', minute(2)), to: 'submitted' },
  returnToSealed: {
    act: (ledger, id) => ledger.returnToSealed(id, minute(2), reason()),
    to: 'sealed',
    only: ['submitting'],
  },
  markUnknown: { act: (ledger, id) => ledger.markUnknown(id, reason()), to: 'unknown', only: ['submitting'] },
  releaseUnknown: {
    act: (ledger, id) => ledger.releaseUnknown(id, minute(2)),
    to: 'sealed',
    only: ['unknown'],
  },
  refuseBatch: { act: (ledger, id) => ledger.refuseBatch(id, reason()), to: 'refused' },
  abandonBatch: { act: (ledger, id) => ledger.abandonBatch(id), to: 'abandoned' },
  settle: { act: (ledger, id) => ledger.settle(id, []), to: 'settled' },
};

/** The methods that bring a sealed batch to a state. */
const paths: Readonly<Record<BatchState, readonly string[]>> = {
  sealed: [],
  submitting: ['recordIntent'],
  submitted: ['recordIntent', 'recordReceipt'],
  unknown: ['recordIntent', 'markUnknown'],
  settled: ['recordIntent', 'recordReceipt', 'settle'],
  refused: ['recordIntent', 'refuseBatch'],
  abandoned: ['abandonBatch'],
};

const states = Object.keys(batchMoves) as BatchState[];

/** The moves table, walked over every state and every method. */
export function moveSuite(newPlace: NewPlace): void {
  describe('the moves table', () => {
    it.each(states)(
      'holds for a batch in %s: what it allows happens, what it does not leaves no trace',
      async (state) => {
        await using place = await newPlace();
        const ledger = await place.open();
        const names = Object.keys(methods);
        const { id: intakeId } = await loadReady(
          ledger,
          names.map(() => 2),
        );
        const batches = await ledger.batchesIn(intakeId, 'sealed');
        for (const [index, name] of names.entries()) {
          const method = methods[name];
          const id = batches[index]?.id ?? 0;
          for (const step of paths[state]) await methods[step]?.act(ledger, id);
          const before = await foundBatch(ledger, intakeId, id);
          expect(before.state).toBe(state);

          const allowed = mayMove(state, method?.to ?? state) && (method?.only?.includes(state) ?? true);
          const error: unknown = await method?.act(ledger, id).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          const after = await foundBatch(ledger, intakeId, id);
          const refused = { name, state, conflict: true, why: true, untouched: true };
          const moved = { name, state: method?.to, conflict: false, why: false, untouched: false };
          expect({
            name,
            state: after.state,
            conflict: error instanceof LedgerConflictError,
            why: error instanceof Error && error.message.includes(`it is ${state}`),
            untouched: isDeepStrictEqual(after, before),
          }).toEqual(allowed ? moved : refused);
        }
      },
    );

    it('refuses a batch that is not there', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      for (const { act } of Object.values(methods))
        await expect(act(ledger, 999)).rejects.toThrow('batch 999 is not in the ledger');
      await expect(ledger.postpone(999, minute(1))).rejects.toThrow(LedgerConflictError);
      await expect(ledger.replaceBody(999, body('x'))).rejects.toThrow(LedgerConflictError);
      await expect(ledger.dropRecords(999, { rejections: [] })).rejects.toThrow(LedgerConflictError);
    });
  });
}
