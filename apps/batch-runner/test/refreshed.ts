import { expect } from 'vitest';
import { cardholders } from './cardholders.ts';
import type { Harness } from './harness.ts';

/** Both families, as flags of every command. */
export const families = [
  { family: 'click-to-pay', settings: [] },
  {
    family: 'credential-directory',
    settings: ['--set', 'provider.family=credential-directory', '--set', 'provider.directoryId=BANK/2026#1'],
  },
] as const satisfies readonly { readonly family: string; readonly settings: readonly string[] }[];

/** How many are enrolled, and how many of them opt out in the provider's own world. */
interface Refreshing {
  readonly flags: readonly string[];
  readonly cards: number;
  readonly optOuts: number;
}

/** Some opt out at a checkout: a refresh names just those, and no later file enrolls them. */
export async function refreshAfterOptOuts(at: Harness, { flags, cards, optOuts }: Refreshing): Promise<void> {
  await at.call(...flags, 'run', at.write('monday.csv', cardholders(cards)));
  const all = ['refresh', '--all', '--rate', '2000'];
  expect(await at.call(...flags, ...all)).toMatchObject({
    code: 0,
    out: expect.stringContaining('no difference'),
  });
  const every = Math.floor(cards / optOuts);
  const gone = [...at.simulator.records()].filter((_, index) => index % every === 0).slice(0, optOuts);
  for (const { srcConsumerId } of gone) at.simulator.optOut(srcConsumerId);
  const seen = await at.call(...flags, '--json', ...all);
  expect(seen.code).toBe(7);
  const named = seen.out
    .split('\n')
    .filter((line) => line.includes('"drift"'))
    .map((line) => JSON.parse(line) as { readonly externalConsumerId: string; readonly difference: string });
  const expected = gone.map(({ externalConsumerId }) => ({ externalConsumerId, difference: 'opted-out' }));
  const inOrder = (list: readonly { readonly externalConsumerId: string; readonly difference: string }[]) =>
    list.map(({ externalConsumerId, difference }) => `${externalConsumerId} ${difference}`).toSorted();
  expect(inOrder(named)).toEqual(inOrder(expected));
  expect(await at.call(...flags, ...all, '--accept')).toMatchObject({
    code: 0,
    out: expect.stringMatching(new RegExp(`opted out at the provider +${optOuts}  taken over`)),
  });
  const ran = await at.call(...flags, 'run', at.write('tuesday.csv', `${cardholders(cards)}\n`));
  expect(ran.out).toMatch(new RegExp(`unchanged +${cards - optOuts}\\n[^]*opted out +${optOuts}\\n`));
  expect(at.simulator.world()).toMatchObject({ enrollments: cards });
}
