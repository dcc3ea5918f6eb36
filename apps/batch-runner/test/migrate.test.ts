import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const fast = `sending:
  batchSize: 10
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

/** A configuration of each family beside the other, with ledgers of their own. */
async function opened(): Promise<{ harness: Harness; old: string; directory: readonly string[] }> {
  const harness = await Harness.open({ onDuplicate: 'duplicate' }, fast);
  onTestFinished(() => harness.close());
  const old = harness.path('enrollkit.yaml');
  const text = readFileSync(old, 'utf8').replace(
    'provider:\n',
    'provider:\n  family: credential-directory\n  directoryId: bank-1\n',
  );
  const file = harness.write('directory.yaml', `${text}ledger: directory.db\n`);
  return { harness, old, directory: ['--config', file] };
}

const ids = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `consumer-${from + index},card-${from + index}`).join('\n');

describe('enrollkit migrate', () => {
  it('enrolls in the directory what the old register has, remembers who opted out, and reports what is missing', async () => {
    const { harness, old, directory } = await opened();
    expect(await harness.call('run', harness.write('all.csv', cardholders(30)))).toMatchObject({ code: 0 });
    const optedOut = harness.write('out.csv', `externalConsumerId,externalCardId\n${ids(0, 4)}\n`);
    expect(await harness.call('opt-out', optedOut)).toMatchObject({ code: 0 });

    // Cards 28 and 29 are not in this extract; 30 and 31 were never enrolled.
    const rows = cardholders(32).trim().split('\n');
    const extract = harness.write('extract.csv', [...rows.slice(0, 29), ...rows.slice(31), ''].join('\n'));
    const first = await harness.call(...directory, '--json', 'migrate', extract, '--from', old);
    const said = JSON.parse(first.out.trim().split('\n').at(-1) ?? '') as object;
    expect({ code: first.code, said }).toMatchObject({
      code: 3,
      said: {
        kind: 'migration',
        enrolledThere: 26,
        inFile: 24,
        missing: 2,
        enrolledHere: 24,
        optedOut: 4,
        notEnrolledThere: 2,
        open: 0,
      },
    });
    // Nothing was changed on the old side: both are served until a person stops using it.
    expect(harness.simulator.world()).toMatchObject({ enrolled: 30 + 24 });

    const again = await harness.call(...directory, 'migrate', extract, '--from', old);
    expect(again).toMatchObject({ code: 3, out: expect.stringMatching(/enrolled here now +24\n/) });
    expect(await harness.call(...directory, 'run', harness.path('all.csv'))).toMatchObject({
      out: expect.stringMatching(/opted out +4\b/),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 30 + 26, enrolledMoreThanOnce: 0 });
  });

  it('takes a list of ids where the cards were enrolled by other means, and leaves the others alone', async () => {
    const { harness, directory } = await opened();
    const list = harness.write(
      'ids.csv',
      `externalConsumerId,externalCardId,srcConsumerId,srcDigitalCardId\n${ids(0, 3).replaceAll('\n', ',P,D\n')},P,D\n`,
    );
    const extract = harness.write('extract.csv', cardholders(5));
    expect(await harness.call(...directory, 'migrate', extract, '--ids', list)).toMatchObject({
      code: 3,
      out: expect.stringMatching(/enrolled here now +3\n[^]*not enrolled there +2 /),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 3 });
  });

  it('refuses what cannot be meant', async () => {
    const { harness, old, directory } = await opened();
    const file = harness.write('in.csv', cardholders(1));
    const refused = async (...argv: string[]) => {
      const { code, err } = await harness.call(...argv);
      expect(code).toBe(2);
      return err;
    };
    expect(await refused('migrate', file, '--from', old)).toContain('moves into the Credential Directory');
    expect(await refused(...directory, 'migrate', file)).toContain('either --from OLD_CONFIG or --ids FILE');
    expect(await refused(...directory, 'migrate', file, '--from', harness.path('directory.yaml'))).toContain(
      'is not a configuration of click-to-pay',
    );
  });
});
