import { describe, expect, it, onTestFinished } from 'vitest';
import { Harness } from './harness.ts';
import { nightSettings, optOuts, threeNights } from './three-nights.ts';

const night = { cards: 5_000, added: 40, addresses: 30, mobiles: 20, replaced: 10, missing: 25 };

const directory = [
  '--set',
  'provider.family=credential-directory',
  '--set',
  'provider.directoryId=BANK/2026-directory#1',
];

describe('a full extract of 5,000 cards, night after night', () => {
  it.for([
    { family: 'click-to-pay', settings: [], deletesReplaced: true },
    { family: 'credential-directory', settings: directory, deletesReplaced: false },
  ])(
    'does what plan said, to the record, and 500 opt-outs hold: $family',
    { timeout: 600_000 },
    async (of) => {
      const at = await Harness.open({ onDuplicate: 'duplicate' }, nightSettings);
      onTestFinished(() => at.close());
      await threeNights(at, night, of);
      await optOuts(at, night, { ...of, count: 500 });
      expect(await at.call(...of.settings, 'ledger', 'verify')).toMatchObject({ code: 0 });
    },
  );
});
