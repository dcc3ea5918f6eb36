import { describe, expect, it } from 'vitest';
import { cardholders } from '../cardholders.ts';
import { served } from './served.ts';

describe('the API of the console', () => {
  it('answers about a ledger that is not there yet with what to do', async () => {
    const { client } = await served();
    expect(await client.call('getOverview')).toMatchObject({
      status: 503,
      body: { code: 'ledger-not-found', hint: expect.any(String) as string },
    });
    expect(await client.bodyOf('getSession')).toMatchObject({ role: 'admin', signedInBy: 'link' });
  });

  it('shows a finished run: sums, batches, records, codes and the audit trail', async () => {
    const { at, client } = await served();
    const rows = cardholders(10).replace('jane.3@example.com', 'not an address');
    await at.call('run', at.write('cards.csv', rows));

    const list = await client.bodyOf('listIntakes');
    expect(list.items).toMatchObject([
      { fileName: 'cards.csv', state: 'settled', addsUp: true, sums: { rows: 10, rejected: 1, enrolled: 9 } },
    ]);
    const intakeId = String(list.items[0]?.id);
    expect(await client.bodyOf('getIntake', { path: { intakeId } })).toEqual(list.items[0]);
    const batches = await client.bodyOf('listBatches', { path: { intakeId }, query: { limit: 2 } });
    expect(batches.items).toHaveLength(2);
    const rest = await client.bodyOf('listBatches', {
      path: { intakeId },
      query: { limit: 2, cursor: batches.nextCursor ?? '' },
    });
    expect(rest).toMatchObject({ items: [{ records: 1, state: 'settled' }] });
    expect(rest).not.toHaveProperty('nextCursor');

    const records = await client.bodyOf('listRecords', { path: { intakeId } });
    expect(records.items).toHaveLength(9);
    expect(records.items[0]).toMatchObject({
      externalConsumerId: 'consumer-0',
      maskedPan: expect.stringMatching(/^520473\*+\d{4}$/) as string,
      state: 'enrolled',
      providerCardId: expect.any(String) as string,
    });
    expect((await client.bodyOf('listRejections', { path: { intakeId } })).items).toMatchObject([
      { row: 4, externalConsumerId: 'consumer-3', errors: [{ field: 'email' }] },
    ]);
    expect(await client.bodyOf('countRejections', { path: { intakeId } })).toMatchObject({
      rejected: 1,
      codes: [{ rows: 1, advice: expect.stringMatching(/\w/) as string }],
    });
    expect(await client.bodyOf('countRefusals', { path: { intakeId } })).toEqual({
      refused: 0,
      codes: [],
    });
    const timeline = await client.bodyOf('getTimeline', { path: { intakeId } });
    expect(timeline.points.reduce((sum, { enrolled }) => sum + enrolled, 0)).toBe(9);
    const overview = await client.bodyOf('getOverview');
    expect(overview).toMatchObject({
      ledger: 'file',
      intakes: { settled: 1 },
      registered: 9,
      unknownBatches: 0,
    });
    expect(overview).not.toHaveProperty('runner');
    const audit = await client.bodyOf('listAuditEvents', { query: { limit: 500 } });
    expect(audit.items.map(({ action }) => action)).toContain('run');
    expect(audit.items[0]?.id).toBe(overview.auditEvents);
  });
});
