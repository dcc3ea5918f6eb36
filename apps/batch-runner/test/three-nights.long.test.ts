import { describe, expect, it, onTestFinished } from 'vitest';
import { Harness } from './harness.ts';
import { families, refreshAfterOptOuts } from './refreshed.ts';
import {
  cardsOf,
  move,
  nightSettings,
  optOuts,
  presentCards,
  secondNight,
  threeNights,
} from './three-nights.ts';

const night = { cards: 5_000, added: 40, addresses: 30, mobiles: 20, replaced: 10, missing: 25 };
const count = 500;

const directory = [
  '--set',
  'provider.family=credential-directory',
  '--set',
  'provider.directoryId=BANK/2026-directory#1',
];

async function opened(): Promise<Harness> {
  const at = await Harness.open({ onDuplicate: 'duplicate' }, nightSettings);
  onTestFinished(() => at.close());
  return at;
}

describe('a full extract of 5,000 cards, night after night', { timeout: 1_800_000 }, () => {
  it('does what plan said, to the record, moves to the directory, and 500 opt-outs hold on both sides', async () => {
    const at = await opened();
    await threeNights(at, night, { settings: [], deletesReplaced: true });
    const config = at
      .read('enrollkit.yaml')
      .replace('provider:\n', 'provider:\n  family: credential-directory\n  directoryId: bank-1\n');
    const there = ['--config', at.write('directory.yaml', `${config}ledger: directory.db\n`)];
    await move(at, night, { settings: there });
    await optOuts(at, night, { settings: [], count });
    await optOuts(at, night, { settings: there, count });
    const [header = '', ...rows] = secondNight(night).trim().split('\n');
    const left = cardsOf([header, ...rows.slice(count)].join('\n'));
    for (const family of ['directory', 'old'] as const)
      expect(presentCards(at, family), family).toEqual(left);
  });

  it('does what plan said in the directory, to the record, and 500 opt-outs hold', async () => {
    const at = await opened();
    const of = { settings: directory, deletesReplaced: false };
    await threeNights(at, night, of);
    await optOuts(at, night, { ...of, count });
    expect(presentCards(at)).toHaveLength(5_015 - count);
  });
});

describe('enrollkit refresh', { timeout: 600_000 }, () => {
  it.for(families)(
    'names exactly the 200 of 1,000 who opted out at the provider, and the next file does not enroll them: $family',
    async ({ settings: flags }) => {
      const at = await opened();
      await refreshAfterOptOuts(at, { flags, cards: 1_000, optOuts: 200 });
      expect(at.simulator.world()).toMatchObject({ enrollments: 1_000 });
    },
  );
});
