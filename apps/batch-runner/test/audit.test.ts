import { hostname } from 'node:os';
import { parseFaults } from '@enrollkit/provider-simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';

const settings = `sending:
  batchSize: 5
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

interface Event {
  readonly action: string;
  readonly actor: string;
  readonly intakeId?: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

interface Report {
  readonly unknownBatches: readonly { readonly externalBatchId: string }[];
  readonly tally: Readonly<Record<string, number>>;
  readonly addsUp: boolean;
}

async function harnessWith(faults = ''): Promise<Harness> {
  const harness = await Harness.open({ faults: parseFaults(faults) }, settings);
  onTestFinished(() => harness.close());
  return harness;
}

async function trail(harness: Harness, ...argv: string[]): Promise<readonly Event[]> {
  const { out } = await harness.call('--json', 'audit', ...argv);
  return out
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
}

describe('enrollkit abandon', () => {
  it('ends a batch in state unknown, counts its records, and lets the intake settle', async () => {
    const harness = await harnessWith('drop-request@enrollBatch*1');
    expect(await harness.call('run', harness.write('in.csv', cardholders(20)))).toMatchObject({
      code: 5,
    });
    const {
      unknownBatches: [batch],
    } = await harness.json<Report>('report');
    const id = batch?.externalBatchId ?? '';
    expect(await harness.call('abandon', id)).toMatchObject({
      code: 0,
      err: expect.stringMatching(/5 records are abandoned\nwarning: the provider may have enrolled them/),
    });
    expect(await harness.call('abandon', id)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/is abandoned; .*\nhint: /),
    });
    expect(await harness.call('abandon', 'nonesuch')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no batch nonesuch'),
    });
    expect(await harness.call('resume')).toMatchObject({ code: 3 });
    expect(await harness.json<Report>('report')).toMatchObject({
      unknownBatches: [],
      addsUp: true,
      tally: { abandoned: 5, enrolled: 15, unknown: 0 },
    });
    expect((await trail(harness)).find(({ action }) => action === 'abandon')).toMatchObject({
      detail: { was: 'unknown', records: 5, externalBatchId: id },
    });
  });
});

describe('enrollkit resolve', () => {
  it('accepts a decision about a batch in state unknown only, and records it in the audit trail', async () => {
    const harness = await harnessWith('drop-request@enrollBatch*1,drop-answer@enrollBatch*1');
    expect(await harness.enrollkit('run', harness.write('in.csv', cardholders(20)))).toMatchObject({
      code: 5,
    });
    const { unknownBatches } = await harness.json<Report>('report');
    const batchOf = new Map(
      [...harness.simulator.records()].map(({ externalCardId, batches }) => [externalCardId, batches.at(-1)]),
    );
    const { out } = await harness.enrollkit('report', '--csv');
    const rows = out.split('\n').map((line) => line.split(','));
    for (const { externalBatchId } of unknownBatches) {
      const arrived = batchOf.get(rows.find((cells) => cells[6] === externalBatchId)?.[2] ?? '');
      expect(
        await harness.enrollkit(
          'resolve',
          externalBatchId,
          ...(arrived === undefined ? ['--not-sent'] : ['--sent', arrived]),
        ),
      ).toMatchObject({ code: 0 });
    }
    expect(await harness.enrollkit('resolve', unknownBatches[0]?.externalBatchId ?? '')).toMatchObject({
      code: 2,
      err: expect.stringContaining('either --sent'),
    });
    expect(await harness.enrollkit('resume')).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 20, enrolledMoreThanOnce: 0 });
    expect(
      (await trail(harness))
        .filter(({ action }) => action === 'resolve')
        .map(({ detail }) => detail['decision'])
        .sort(),
    ).toEqual(['not-sent', 'sent']);
    expect(
      await harness.enrollkit('resolve', unknownBatches[0]?.externalBatchId ?? '', '--not-sent'),
    ).toMatchObject({
      code: 2,
      err: expect.stringContaining('is settled; enrollkit resolve takes unknown'),
    });
  });
});

describe('enrollkit audit', () => {
  it('lists who ran what, with which settings and keys, and how it ended', async () => {
    const harness = await harnessWith();
    const file = harness.write('in.csv', cardholders(10));
    await harness.call('run', file);
    await harness.call('run', file);
    await harness.call('--set', 'sending.inFlight=2', 'resume');
    const events = await trail(harness);
    expect(events.map(({ action }) => action)).toEqual([
      'run',
      'read with',
      'run ended',
      'run',
      'run ended',
      'resume',
      'resume ended',
    ]);
    expect(events.every(({ actor }) => actor.endsWith(`@${hostname()}`))).toBe(true);
    expect(events[0]?.detail).toMatchObject({
      sealingKid: harness.simulator.keys.kid,
      signingKey: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(events[1]?.detail).toMatchObject({ 'sending.batchSize': '5' });
    expect(events[2]?.detail).toEqual({
      exit: 'allEnrolled',
      rows: 10,
      rejected: 0,
      enrolled: 10,
      refused: 0,
      unknown: 0,
    });
    const digests = [0, 3, 5].map((index) => events[index]?.detail['configDigest']);
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);

    const intake = events[1]?.intakeId ?? '';
    expect((await trail(harness, '--intake', intake)).map(({ action }) => action)).toEqual([
      'read with',
      'run ended',
      'run ended',
      'resume ended',
    ]);
    const { out } = await harness.call('audit', '--csv');
    expect(out.split('\n').slice(0, 2)).toEqual([
      'at,actor,action,intakeId,batchId,detail',
      expect.stringMatching(/^\d{4}-.*,run,,,"\{""config""/),
    ]);
  });
});
