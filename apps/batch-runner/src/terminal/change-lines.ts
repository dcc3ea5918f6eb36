import { changeKinds, type ChangeKind, type ChangeState } from '@enrollkit/enrollment';
import type { ChangeTally } from '@enrollkit/ledger';
import { sumLine } from './verdict-lines.ts';

/** What each kind of single request does. */
export const changeLabels: Readonly<Record<ChangeKind, string>> = {
  'update-profile': 'profiles updated',
  'update-card': 'billing addresses updated',
  'delete-replaced': 'replaced cards deleted',
  'delete-card': 'cards deleted',
  'delete-profile': 'profiles deleted',
};

const remarks: Readonly<Record<Exclude<ChangeState, 'done'>, string>> = {
  waiting: 'waiting to be sent',
  sending: 'being sent',
  unknown: 'unknown, sent again',
  refused: 'refused: needs a person',
  dropped: 'not needed any more',
};

/** A line for each kind of single request that an intake has, and one for each state that is not done. */
export function changeLines(changes: ChangeTally): string[] {
  return changeKinds.flatMap((kind) => {
    const states = Object.entries(changes[kind]) as [ChangeState, number][];
    if (states.every(([, requests]) => requests === 0)) return [];
    const others = states.flatMap(([state, requests]) =>
      state === 'done' || requests === 0 ? [] : [sumLine(`    ${remarks[state]}`, requests)],
    );
    return [sumLine(changeLabels[kind], changes[kind].done), ...others];
  });
}

/** What a full extract lacks, and how much of that stays. */
export function missingLines(missing: number, removals: number): string[] {
  if (missing === 0) return [];
  return [sumLine('not in the full extract', missing, removals < missing ? '  not removed' : '')];
}

/** A line for each kind of single request that would be sent. */
export function plannedChangeLines(changes: Readonly<Record<ChangeKind, number>>): string[] {
  return changeKinds.flatMap((kind) =>
    changes[kind] === 0 ? [] : [sumLine(`    ${changeLabels[kind]}`, changes[kind])],
  );
}

/** All requests of each kind, whatever became of them. */
export function allChanges(changes: ChangeTally): Readonly<Record<ChangeKind, number>> {
  const entries = changeKinds.map((kind) => [
    kind,
    Object.values(changes[kind]).reduce((sum, requests) => sum + requests, 0),
  ]);
  return Object.fromEntries(entries) as Record<ChangeKind, number>;
}
