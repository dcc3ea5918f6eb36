import { describe, expect, it } from 'vitest';
import { noChanges, noneUnsent, type Tally } from '@enrollkit/ledger';
import { FakeClock } from '@enrollkit/testkit';
import { Forecast } from '../src/run/forecast.ts';
import { defaultSettings, type PipelineEvent } from '../src/index.ts';

const hour = 3_600_000;
const nothing: Tally = {
  rows: 0,
  rejected: 0,
  unsent: noneUnsent(),
  changes: noChanges(),
  missing: 0,
  unchangedBy: {},
  records: 0,
  enrolled: 0,
  refused: 0,
  abandoned: 0,
  unknown: 0,
  waiting: 0,
  submitted: 0,
  batches: { sealed: 0, submitting: 0, submitted: 0, unknown: 0, settled: 0, refused: 0, abandoned: 0 },
};

/** A run of ten hours at ten requests a second, and what it says. */
function run() {
  const clock = new FakeClock();
  const said: PipelineEvent[] = [];
  let tally = nothing;
  const forecast = new Forecast('intake', {
    ledger: { tally: () => Promise.resolve(tally) } as never,
    settings: { ...defaultSettings, deadlineMs: 10 * hour },
    clock: { now: clock.now, monotonic: clock.now, sleep: () => Promise.resolve() },
    notify: (event) => said.push(event),
  });
  return {
    said,
    look: (changes: Partial<Tally>, hours: number) => {
      clock.advance(hours * hour);
      tally = { ...nothing, ...changes };
      return forecast.look();
    },
  };
}

describe('a forecast of the end of a run', () => {
  it('is given at once when the rate cannot be enough, and once only', async () => {
    const { said, look } = run();
    const sealed = { waiting: 50_000_000, batches: { ...nothing.batches, sealed: 200_000 } };
    await look(sealed, 0);
    expect(said).toEqual([
      {
        kind: 'deadline-at-risk',
        records: 50_000_000,
        neededMs: 40_000_000,
        leftMs: 10 * hour,
        because: 'rate',
      },
    ]);
    await look(sealed, 5);
    expect(said).toHaveLength(1);
  });

  it('is given by the pace when that tells something, and not before', async () => {
    const { said, look } = run();
    await look({ submitted: 1000, enrolled: 500 }, 0);
    await look({ submitted: 999, enrolled: 501 }, 0.5);
    expect(said).toEqual([]);
    await look({ submitted: 900, enrolled: 600 }, 1.5);
    expect(said).toMatchObject([{ because: 'pace', records: 900, neededMs: 18 * hour, leftMs: 8 * hour }]);
  });

  it('is not given to a run that will be done, whatever it found done when it started', async () => {
    const { said, look } = run();
    await look({ submitted: 1000, enrolled: 5_000_000 }, 0);
    await look({ submitted: 500, enrolled: 5_000_500 }, 4);
    await look({ enrolled: 5_001_000 }, 5);
    expect(said).toEqual([]);
  });
});
