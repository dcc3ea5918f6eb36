import type { SingleOperations, SubmitOptions } from '@enrollkit/enrollment';
import type { ChangeRow } from '@enrollkit/ledger';
import { expect, it } from 'vitest';
import { attemptChange } from '../src/changes/attempt.ts';
import { stage } from './stage.ts';

const change: ChangeRow = {
  id: 1,
  intakeId: 'a1b2',
  kind: 'delete-card',
  state: 'waiting',
  address: undefined,
  attempts: 0,
};

it.each([
  [
    'is held up between its intent and the first byte sends no change, and tries again later',
    { heldUpMs: 4_001, says: /^waiting: The process was held up after the intent/ },
  ],
  ['is in time sends its change', { heldUpMs: 3_999, says: /^done$/ }],
])('a process that %s', async (_title, { heldUpMs, says }) => {
  const { context, clock } = await stage();
  const said: string[] = [];
  const ledger = {
    ...context.ledger,
    // The ledger itself may be what takes long.
    recordChangeIntent: () => Promise.resolve(clock.advance(heldUpMs)),
    postponeChange: (_id: number, { state, reason }: { state: string; reason: { message: string } }) =>
      Promise.resolve(void said.push(`${state}: ${reason.message}`)),
    endChange: (_id: number, { state }: { state: string }) => Promise.resolve(void said.push(state)),
  };
  // As a client does: the question is asked right before the first byte.
  const send = ({ mayLeave }: SubmitOptions) =>
    Promise.resolve(mayLeave?.() === false ? ({ kind: 'late' } as const) : ({ kind: 'done' } as const));
  await attemptChange(
    change,
    { kind: 'send', send },
    { ...context, ledger, single: {} as SingleOperations, deletesFirst: false },
  );
  expect(said).toEqual([expect.stringMatching(says)]);
});
