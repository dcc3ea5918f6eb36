import { hostname } from 'node:os';
import { parseFaults } from '@enrollkit/provider-simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Bank } from './harness.ts';
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
  readonly parked: readonly { readonly externalBatchId: string }[];
  readonly tally: Readonly<Record<string, number>>;
  readonly addsUp: boolean;
}

async function bankWith(faults = ''): Promise<Bank> {
  const bank = await Bank.open({ faults: parseFaults(faults) }, settings);
  onTestFinished(() => bank.close());
  return bank;
}

async function trail(bank: Bank, ...argv: string[]): Promise<readonly Event[]> {
  const { out } = await bank.enrollkit('--json', 'audit', ...argv);
  return out
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
}

describe('enrollkit abandon', () => {
  it('goes no further with an uncertain batch, counts its records, and lets the intake end', async () => {
    const bank = await bankWith('drop-request@enrollBatch*1');
    expect(await bank.enrollkit('run', bank.write('in.csv', cardholders(20)))).toMatchObject({ code: 5 });
    const {
      parked: [batch],
    } = await bank.json<Report>('report');
    const id = batch?.externalBatchId ?? '';
    expect(await bank.enrollkit('abandon', id)).toMatchObject({
      code: 0,
      err: expect.stringMatching(/5 records are abandoned\nwarning: the provider may have enrolled them/),
    });
    expect(await bank.enrollkit('abandon', id)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/is abandoned; .*\nhint: /),
    });
    expect(await bank.enrollkit('abandon', 'nonesuch')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no batch nonesuch'),
    });
    expect(await bank.enrollkit('resume')).toMatchObject({ code: 3 });
    expect(await bank.json<Report>('report')).toMatchObject({
      parked: [],
      addsUp: true,
      tally: { abandoned: 5, enrolled: 15, unknown: 0 },
    });
    expect((await trail(bank)).find(({ action }) => action === 'abandon')).toMatchObject({
      detail: { was: 'unknown', records: 5, externalBatchId: id },
    });
  });
});

describe('enrollkit resolve', () => {
  it('takes a decision about an uncertain batch only, and keeps it in the trail', async () => {
    const bank = await bankWith('drop-request@enrollBatch*1,drop-answer@enrollBatch*1');
    expect(await bank.enrollkit('run', bank.write('in.csv', cardholders(20)))).toMatchObject({ code: 5 });
    const { parked } = await bank.json<Report>('report');
    const batchOf = new Map(
      [...bank.simulator.records()].map(({ externalCardId, batches }) => [externalCardId, batches.at(-1)]),
    );
    const { out } = await bank.enrollkit('report', '--csv');
    const rows = out.split('\n').map((line) => line.split(','));
    for (const { externalBatchId } of parked) {
      const arrived = batchOf.get(rows.find((cells) => cells[6] === externalBatchId)?.[2] ?? '');
      expect(
        await bank.enrollkit(
          'resolve',
          externalBatchId,
          ...(arrived === undefined ? ['--not-sent'] : ['--sent', arrived]),
        ),
      ).toMatchObject({ code: 0 });
    }
    expect(await bank.enrollkit('resolve', parked[0]?.externalBatchId ?? '')).toMatchObject({
      code: 2,
      err: expect.stringContaining('either --sent'),
    });
    expect(await bank.enrollkit('resume')).toMatchObject({ code: 0 });
    expect(bank.simulator.world()).toMatchObject({ enrolled: 20, enrolledMoreThanOnce: 0 });
    expect(
      (await trail(bank))
        .filter(({ action }) => action === 'resolve')
        .map(({ detail }) => detail['decision'])
        .sort(),
    ).toEqual(['not-sent', 'sent']);
    expect(await bank.enrollkit('resolve', parked[0]?.externalBatchId ?? '', '--not-sent')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is settled; enrollkit resolve takes unknown'),
    });
  });
});

describe('enrollkit audit', () => {
  it('tells who ran what, with which settings and keys, and how it ended', async () => {
    const bank = await bankWith();
    const file = bank.write('in.csv', cardholders(10));
    await bank.enrollkit('run', file);
    await bank.enrollkit('run', file);
    await bank.enrollkit('--set', 'sending.inFlight=2', 'resume');
    const events = await trail(bank);
    expect(events.map(({ action }) => action)).toEqual([
      'run',
      'run ended',
      'run',
      'run ended',
      'resume',
      'resume ended',
    ]);
    expect(events.every(({ actor }) => actor.endsWith(`@${hostname()}`))).toBe(true);
    expect(events[0]?.detail).toMatchObject({
      sealingKid: bank.simulator.keys.kid,
      signingKey: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(events[1]?.detail).toEqual({
      exit: 'allEnrolled',
      rows: 10,
      rejected: 0,
      enrolled: 10,
      refused: 0,
      unknown: 0,
    });
    const digests = [0, 2, 4].map((index) => events[index]?.detail['configDigest']);
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);

    const intake = events[1]?.intakeId ?? '';
    expect((await trail(bank, '--intake', intake)).map(({ action }) => action)).toEqual([
      'run ended',
      'run ended',
      'resume ended',
    ]);
    const { out } = await bank.enrollkit('audit', '--csv');
    expect(out.split('\n').slice(0, 2)).toEqual([
      'at,actor,action,intakeId,batchId,detail',
      expect.stringMatching(/^\d{4}-.*,run,,,"\{""config""/),
    ]);
  });
});
