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
    expect((await client.call('getSession')).body).toMatchObject({ role: 'admin', signedInBy: 'link' });
  });

  it('shows a finished run: sums, batches, records, codes and the audit trail', async () => {
    const { at, client } = await served();
    const rows = cardholders(10).replace('jane.3@example.com', 'not an address');
    await at.call('run', at.write('cards.csv', rows));

    const { body: list } = await client.call('listIntakes');
    expect(list.items).toMatchObject([
      { fileName: 'cards.csv', state: 'settled', addsUp: true, sums: { rows: 10, rejected: 1, enrolled: 9 } },
    ]);
    const intakeId = String(list.items[0].id);
    expect((await client.call('getIntake', { path: { intakeId } })).body).toEqual(list.items[0]);
    const { body: batches } = await client.call('listBatches', { path: { intakeId }, query: { limit: 2 } });
    expect(batches.items).toHaveLength(2);
    const { body: rest } = await client.call('listBatches', {
      path: { intakeId },
      query: { limit: 2, cursor: batches.nextCursor },
    });
    expect(rest).toMatchObject({ items: [{ records: 1, state: 'settled' }] });
    expect(rest).not.toHaveProperty('nextCursor');

    const { body: records } = await client.call('listRecords', { path: { intakeId } });
    expect(records.items).toHaveLength(9);
    expect(records.items[0]).toMatchObject({
      externalConsumerId: 'consumer-0',
      maskedPan: expect.stringMatching(/^520473\*+\d{4}$/) as string,
      state: 'enrolled',
      providerCardId: expect.any(String) as string,
    });
    expect((await client.call('listRejections', { path: { intakeId } })).body.items).toMatchObject([
      { row: 4, externalConsumerId: 'consumer-3', errors: [{ field: 'email' }] },
    ]);
    expect((await client.call('countRejections', { path: { intakeId } })).body).toMatchObject({
      rejected: 1,
      codes: [{ rows: 1, advice: expect.stringMatching(/\w/) as string }],
    });
    expect((await client.call('countRefusals', { path: { intakeId } })).body).toEqual({
      refused: 0,
      codes: [],
    });
    const { body: timeline } = await client.call('getTimeline', { path: { intakeId } });
    expect(
      timeline.points.reduce((sum: number, { enrolled }: { enrolled: number }) => sum + enrolled, 0),
    ).toBe(9);
    const { body: overview } = await client.call('getOverview');
    expect(overview).toMatchObject({
      ledger: 'file',
      intakes: { settled: 1 },
      registered: 9,
      unknownBatches: 0,
    });
    expect(overview).not.toHaveProperty('runner');
    const { body: audit } = await client.call('listAuditEvents', { query: { limit: 500 } });
    expect(audit.items.map(({ action }: { action: string }) => action)).toContain('run');
    expect(audit.items[0].id).toBe(overview.auditEvents);
  });
});
