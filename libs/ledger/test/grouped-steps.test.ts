import { expect, it } from 'vitest';
import type { ReadStep } from '@enrollkit/ledger';
import { groupedSteps } from '../src/sql/grouped-steps.ts';

const step: ReadStep = {
  intakeId: 'one',
  rejections: [],
  keys: new Uint8Array(0),
  identities: new Uint8Array(0),
  lines: new Uint32Array(0),
  position: { rows: 0, offset: 0, line: 1, batches: 0 },
};

/** Steps whose transactions end as `disk` does; `first` is under way. */
async function underWay() {
  const disk = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const groups: number[] = [];
  const commit = groupedSteps(async (steps) => {
    groups.push(steps.length);
    begun.resolve();
    await disk.promise;
  });
  const first = commit(step);
  await begun.promise;
  return { commit, disk, groups, first };
}

it('steps of reading that wait behind one that fails fail with it, for they do not fit any more', async () => {
  const { commit, disk, groups, first } = await underWay();
  const behind = [commit(step), commit(step)];
  disk.reject(new Error('the database is gone'));
  for (const result of await Promise.allSettled([first, ...behind]))
    expect(result).toMatchObject({ status: 'rejected', reason: { message: 'the database is gone' } });
  expect(groups).toEqual([1]);
});

it('steps of reading that come while others are written share the next transaction', async () => {
  const { commit, disk, groups, first } = await underWay();
  const behind = [commit(step), commit(step), commit(step)];
  disk.resolve();
  await Promise.all([first, ...behind]);
  expect(groups).toEqual([1, 3]);
});
