import { describe, expect, it, onTestFinished } from 'vitest';
import { Harness } from './harness.ts';
import { nightSettings, optOuts, presentCards, threeNights } from './three-nights.ts';

const night = { cards: 220, added: 8, addresses: 6, mobiles: 5, replaced: 10, missing: 7 };

const directory = [
  '--set',
  'provider.family=credential-directory',
  '--set',
  'provider.directoryId=BANK/2026-directory#1',
];

describe('a full extract, night after night', () => {
  it.for([
    { family: 'click-to-pay', settings: [], deletesReplaced: true },
    { family: 'credential-directory', settings: directory, deletesReplaced: false },
  ])('does what plan said, to the record, and nothing the next night: $family', async (of) => {
    const at = await Harness.open({ onDuplicate: 'duplicate' }, nightSettings);
    onTestFinished(() => at.close());
    await threeNights(at, night, of);
    await optOuts(at, night, { ...of, count: 20 });
    expect(presentCards(at)).toHaveLength(221 - 20);
  });
});
