import { parseFaults } from '@enrollkit/provider-simulator';
import { canRunPostgres, startCluster } from '@enrollkit/testkit/cluster';
import { waitFor } from '@enrollkit/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { cardholders } from '../cardholders.ts';
import type { Answered } from './api-client.ts';
import { events } from './event-reader.ts';
import { served, type Served } from './served.ts';

/** What every console must do, on a file and on a database. */
describe.each(['file', 'database'] as const)('the console over a ledger in a %s', (kind) => {
  const isHere = kind === 'file' || canRunPostgres;
  const cluster = kind === 'database' && canRunPostgres ? startCluster() : undefined;
  afterAll(() => cluster?.[Symbol.dispose]());

  async function open(faults = ''): Promise<Served> {
    const settings = cluster === undefined ? '' : `ledger: ${await cluster.emptyDatabase()}\n`;
    return served({ faults: parseFaults(faults) }, settings);
  }

  it.runIf(isHere)(
    'shows a run as it moves, pauses it, lets it go on and sees it end',
    { timeout: 120_000 },
    async () => {
      const { at, client } = await open();
      expect(await client.call('getProgress'), 'before the first run').toMatchObject({
        status: 503,
        body: { code: 'ledger-not-found' },
      });
      const file = at.write('in.csv', cardholders(60));
      const running = at.call('--set', 'sending.requestsPerSecond=8', 'run', file);
      await waitFor(
        'the ledger to be there',
        async () => (await client.call('getProgress')).status === 200,
        60_000,
      );
      const states: string[] = [];
      const enrolled: number[] = [];
      const instruct = (instruction: string) => client.call('instructRunner', { body: { instruction } });
      const instructed: Answered[] = [];
      for await (const { progress } of events(client)) {
        for (const { state, sums } of progress?.intakes ?? []) {
          states.push(state);
          enrolled.push(sums.enrolled);
        }
        if (instructed.length === 0 && (enrolled.at(-1) ?? 0) > 0) instructed.push(await instruct('pause'));
        if (instructed.length === 1 && progress?.runner?.activity === 'paused')
          instructed.push(await instruct('resume'));
        if (states.at(-1) === 'settled') break;
      }
      expect(await running).toMatchObject({ code: 0 });
      expect(enrolled).toEqual(enrolled.toSorted((a, b) => a - b));
      expect(enrolled.at(-1)).toBe(60);
      expect(instructed).toMatchObject([
        { status: 200, body: { activity: 'paused', command: 'run' } },
        { status: 200, body: { activity: 'working' } },
      ]);
      const body = await client.bodyOf('listAuditEvents');
      expect(
        body.items.filter(({ action }) => ['pause', 'resume'].includes(action)).map(({ actor }) => actor),
      ).toEqual([
        expect.stringMatching(/\(admin, console\)$/) as string,
        expect.stringMatching(/\(admin, console\)$/) as string,
      ]);
      expect(await client.call('instructRunner', { body: { instruction: 'pause' } })).toMatchObject({
        status: 409,
        body: { code: 'no-runner' },
      });
    },
  );

  it.runIf(isHere)(
    'decides what waits: sent, not sent and abandoned, each with its reason in the audit trail',
    { timeout: 120_000 },
    async () => {
      const { at, client } = await open('drop-request@enrollBatch*1,drop-answer@enrollBatch*2');
      expect(await at.enrollkit('run', at.write('in.csv', cardholders(16)))).toMatchObject({ code: 5 });
      const body = await client.bodyOf('listUnknownBatches', { query: { limit: 2 } });
      expect(body).toMatchObject({
        nextCursor: expect.any(String) as string,
        items: [
          { batch: { state: 'unknown', records: 4, attempts: 1 }, intake: { fileName: 'in.csv' } },
          { sender: { alive: 'dead' }, records: { batched: 4 } },
        ],
      });
      const rest = await client.bodyOf('listUnknownBatches', { query: { cursor: body.nextCursor ?? '' } });
      const waiting = [...body.items, ...rest.items];
      expect(waiting).toHaveLength(3);

      const decide = async (
        place: number,
        operation: 'resolveBatch' | 'abandonBatch',
        said: Readonly<Record<string, string>>,
      ) => {
        const { id: batchId, intakeId } = waiting[place]?.batch ?? { id: 0, intakeId: '' };
        return client.call(operation, { path: { intakeId, batchId }, body: said });
      };
      const [arrived] = new Set([...at.simulator.records()].flatMap(({ batches }) => batches));
      const answers = [
        await decide(0, 'resolveBatch', {
          outcome: 'not-sent',
          reason: 'asked by telephone',
          providerAnswer: 'No such batch was received',
        }),
        await decide(1, 'resolveBatch', {
          outcome: 'sent',
          providerBatchId: arrived ?? '',
          reason: 'found in their portal',
        }),
        await decide(2, 'abandonBatch', { reason: 'the file was withdrawn' }),
      ];
      expect(answers).toMatchObject([
        { status: 200, body: { batch: { state: 'sealed' }, events: [{ action: 'resolve' }] } },
        { status: 200, body: { batch: { state: 'submitted', providerBatchId: arrived } } },
        { status: 200, body: { batch: { state: 'abandoned' }, records: { abandoned: 4 } } },
      ]);
      expect(await client.bodyOf('getOverview')).toMatchObject({ unknownBatches: 0 });
      expect(
        await decide(0, 'resolveBatch', { outcome: 'sent', providerBatchId: 'x', reason: 'again' }),
      ).toMatchObject({
        status: 409,
        body: { code: 'batch-unknown' },
      });
      const audit = await client.bodyOf('listAuditEvents', { query: { limit: 3 } });
      const details = audit.items.map(
        ({ details: pairs }) => Object.fromEntries(pairs.map(({ label, value }) => [label, value])) as object,
      );
      expect(details).toMatchObject([
        { was: 'unknown', reason: 'the file was withdrawn' },
        { decision: 'sent', reason: 'found in their portal' },
        { decision: 'not-sent', reason: 'asked by telephone', providerAnswer: 'No such batch was received' },
      ]);
    },
  );
});
