import type { Mutant } from '../mutants.ts';

/** Costly bugs of what changes and removes; the simulated nights must find each of them. */
export const changeMutants = {
  'replaced-before-the-new-card': {
    file: 'libs/pipeline/src/changes/request.ts',
    fragment: "deletesFirst && change.successor?.state === 'sealed'",
    instead: "change.successor?.state !== 'enrolled'",
  },
  'same-card-deleted': {
    file: 'libs/pipeline/src/changes/request.ts',
    fragment: "cardsAreNamedBy === 'external-id' || sameId",
    instead: "cardsAreNamedBy === 'external-id'",
  },
  'unknown-change-given-up': {
    file: 'libs/pipeline/src/changes/attempt.ts',
    fragment: `unknown: (change, { reason }, context) =>
    postpone(
      change,
      { state: 'unknown', reason, waitMs: backoff(change.attempts + 1, undefined, context.random) },
      context,
    ),`,
    instead: "unknown: (change, { reason }, context) => endAs(change, { state: 'done', reason }, context),",
  },
  'change-not-agreed': {
    file: 'libs/ledger/src/sql/changes/changes.ts',
    fragment: "if (state === 'done') await agree(db, store.dialect, ended);",
    instead: '',
  },
  'all-groups-agreed': {
    file: 'libs/ledger/src/sql/changes/moves.ts',
    fragment: 'if ((agreed & (1 << group)) !== 0)',
    instead: 'if (agreed < 0)',
  },
  'interrupted-changes-left': {
    file: 'libs/pipeline/src/changes/stage.ts',
    fragment: 'await ledger.recoverChanges(run.intakeId);',
    instead: '',
  },
  'ends-while-a-change-is-due': {
    file: 'libs/pipeline/src/changes/run.ts',
    fragment: "if (due === undefined) return { kind: this.#needsInput ? 'input-needed' : 'idle' };",
    instead: "if (due === undefined || due.getTime() < clock.now() + 1_000) return { kind: 'idle' };",
  },
  'limit-of-removals-ignored': {
    file: 'libs/ledger/src/sql/changes/removals.ts',
    fragment: 'if (missing > most) return',
    instead: 'if (missing < 0) return',
  },
  'opt-outs-not-looked-up': {
    file: 'libs/ledger/src/sql/register/lookup.ts',
    fragment: 'const gone = await optedOut(db, dialect, { keys, count });',
    instead: 'const gone: number[] = [];',
  },
  'changes-leave-late': {
    file: 'libs/pipeline/src/changes/attempt.ts',
    fragment: 'send({ mayLeave })',
    instead: 'send({})',
  },
  'late-opt-outs-left': {
    file: 'libs/ledger/src/sql/changes/late-opt-outs.ts',
    fragment: "if (state !== 'ready') return false;",
    instead: "if (state !== 'ready' || begun > 0) return false;",
  },
  'deleted-first-kept': {
    file: 'libs/ledger/src/sql/changes/moves.ts',
    fragment: 'await forget(db, change);',
    instead: '',
  },
  'enrolled-while-a-deletion-may-arrive': {
    file: 'libs/ledger/src/sql/changes/late-requests.ts',
    fragment: 'Math.max(held, Number(until))',
    instead: 'held',
  },
  'sent-while-an-earlier-may-arrive': {
    file: 'libs/ledger/src/sql/changes/late-requests.ts',
    fragment: 'if (late.size === 0) return 0;',
    instead: 'if (late.size >= 0) return 0;',
  },
} as const satisfies Readonly<Record<string, Mutant>>;
