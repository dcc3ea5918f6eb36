import { utimesSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/assemble.ts';
import { loadConfig } from '../../src/config/load.ts';
import { cardholders, panOf } from '../cardholders.ts';
import { Harness } from '../harness.ts';
import { events } from './event-reader.ts';
import { beginServing, quick, served, serving, type Served } from './served.ts';

const intakeId = 'a1b2';

/** One server for what changes nothing. */
let shared: Served;

beforeAll(async () => {
  const at = await Harness.open({}, quick);
  await at.call('run', at.write('first.csv', cardholders(2)));
  shared = await beginServing(at);
});

afterAll(async () => {
  await shared.server.close();
  await shared.at.close();
});

describe('a request that does not fit the contract', () => {
  it.for([
    ['an unknown parameter', 'listIntakes', { query: { sort: 'up' } }, 400, 'request-invalid'],
    ['a limit beyond the largest', 'listIntakes', { query: { limit: 501 } }, 400, 'request-invalid'],
    ['a cursor of another list', 'listIntakes', { query: { cursor: 'Mi4z' } }, 400, 'request-invalid'],
    ['a state that is none', 'listIntakes', { query: { state: 'lost' } }, 400, 'request-invalid'],
    ['a batch that is no number', 'getBatch', { path: { intakeId, batchId: 'x' } }, 400, 'request-invalid'],
    [
      'an instruction that is none',
      'instructRunner',
      { body: { instruction: 'run' } },
      400,
      'request-invalid',
    ],
    [
      'a decision without a reason',
      'abandonBatch',
      { path: { intakeId, batchId: 1 }, body: {} },
      400,
      'request-invalid',
    ],
    [
      'a batch said not sent without what the provider answered',
      'resolveBatch',
      { path: { intakeId, batchId: 1 }, body: { outcome: 'not-sent', reason: 'so it seems' } },
      400,
      'request-invalid',
    ],
    [
      'a card number to look up',
      'lookUpCardholder',
      { body: { externalConsumerId: panOf(1) } },
      422,
      'card-number-refused',
    ],
    [
      'a card number in a reason',
      'abandonBatch',
      { path: { intakeId, batchId: 1 }, body: { reason: `card ${panOf(2)} is lost` } },
      422,
      'card-number-refused',
    ],
  ] as const)('is answered with what is wrong: %s', async ([, id, call, status, code]) => {
    const { client } = shared;
    const answer = await client.call(id, call);
    expect(answer).toMatchObject({ status, body: { code, fields: expect.any(Array) as unknown } });
    expect(JSON.stringify(answer.body)).not.toMatch(/52047316\d{8}/);
  });

  it.for([
    ['an intake', 'getIntake', { path: { intakeId: '0000' } }],
    ['the batches of an intake', 'listBatches', { path: { intakeId: '0000' } }],
    ['a batch', 'getBatch', { path: { intakeId: '0000', batchId: 1 } }],
    ['a plan', 'getPlan', { path: { planId: 'none' } }],
  ] as const)('is answered with 404 where there is nothing: %s', async ([, id, call]) => {
    const { client } = shared;
    expect(await client.call(id, call)).toMatchObject({ status: 404 });
  });

  it('is answered with 405 and what there is, where the path has other methods', async () => {
    const { client } = shared;
    const url = `${client.origin}/api/intakes/${intakeId}`;
    const answer = await fetch(url, { method: 'DELETE', headers: client.headers });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')).toBe('GET');
    expect(await answer.json()).toMatchObject({ code: 'method-not-offered' });
    const none = await fetch(`${client.origin}/api/nothing`, { headers: client.headers });
    expect(none.status).toBe(404);
    expect(none.headers.get('Content-Type')).toBe('application/problem+json');
  });
});

describe('a decision', () => {
  it('is refused while another process holds the ledger in a file, as the command would be', async () => {
    const { at, client } = shared;
    const intakes = await client.bodyOf('listIntakes');
    const path = { intakeId: String(intakes.items[0]?.id), batchId: 1 };
    const ledger = await openLedger(
      loadConfig({ file: at.path('enrollkit.yaml'), environment: {}, flags: [] }),
    );
    const lock = await ledger.lock('run');
    try {
      const decided = await client.call('abandonBatch', { path, body: { reason: 'the file was withdrawn' } });
      expect(decided).toMatchObject({ status: 409, body: { code: 'ledger-locked' } });
    } finally {
      await lock.release();
      await ledger.close();
    }
    const again = await client.call('abandonBatch', { path, body: { reason: 'the file was withdrawn' } });
    expect(again).toMatchObject({ status: 409, body: { code: 'batch-unknown' } });
  });
});

describe("the console's files", () => {
  it('are served with a strict policy, compressed, and kept for as long as their names say', async () => {
    const { client } = shared;
    const page = await fetch(client.origin);
    expect(await page.text()).toContain('the console');
    expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(page.headers.get('Cache-Control')).toBe('no-cache');
    const again = await fetch(client.origin, {
      headers: { 'If-None-Match': page.headers.get('ETag') ?? '' },
    });
    expect(again.status).toBe(304);
    const asset = await fetch(`${client.origin}/assets/index-DkX3fA91.js`, {
      headers: { 'Accept-Encoding': 'gzip, br' },
    });
    expect(asset.headers.get('Cache-Control')).toContain('immutable');
    expect(asset.headers.get('Content-Encoding')).toBe('br');
    expect(asset.headers.get('Content-Type')).toContain('javascript');
    expect(await asset.text()).toContain('export const text');
  });

  it('answer a page of the console at its own address, and nothing for a file that is not there', async () => {
    const { client } = shared;
    expect(await (await fetch(`${client.origin}/intakes/a1b2`)).text()).toContain('the console');
    expect((await fetch(`${client.origin}/assets/none.js`)).status).toBe(404);
  });
});

describe('a look-up', () => {
  it('tells what enrollkit who tells, and of nobody when nobody is known', async () => {
    const { at, client } = await served();
    await at.call('run', at.write('cards.csv', cardholders(3)));
    const found = await client.call('lookUpCardholder', { body: { externalConsumerId: 'consumer-1' } });
    expect(found.body).toMatchObject({
      complete: true,
      entries: [{ what: 'enrolled', externalCardId: 'card-1', row: 2, fileName: 'cards.csv' }],
    });
    const none = await client.call('lookUpCardholder', { body: { externalConsumerId: 'nobody' } });
    expect(none.body).toMatchObject({ entries: [] });
  });
});

describe('the findings of the last comparison with the contract', () => {
  it('are read from the report, and their absence is said', async () => {
    const { at, client } = shared;
    expect(await client.bodyOf('getContractFindings')).toEqual({
      state: 'not-configured',
      findings: [],
    });
    const { client: configured } = await serving(at, ['serve.contractReport=pull.json']);
    expect(await configured.bodyOf('getContractFindings')).toEqual({ state: 'never', findings: [] });
    const finding = { id: 'response/property-removed', severity: 'error', message: 'items is gone' };
    writeFileSync(
      at.path('pull.json'),
      JSON.stringify({
        title: 'contract-gate pull',
        summary: '1 error',
        findings: [{ ...finding, place: { file: 'a.yaml', line: 7, column: 1 } }],
      }),
    );
    utimesSync(at.path('pull.json'), 1_700_000_000, 1_700_000_000);
    expect(await configured.bodyOf('getContractFindings')).toEqual({
      state: 'checked',
      checkedAt: '2023-11-14T22:13:20.000Z',
      summary: '1 error',
      findings: [{ ...finding, file: 'a.yaml', line: 7 }],
    });
    writeFileSync(at.path('pull.json'), 'not json');
    expect(await configured.call('getContractFindings')).toMatchObject({
      status: 503,
      body: { code: 'report-unreadable' },
    });
  });
});

describe('the stream of events', () => {
  it('begins with everything unfinished, and goes on after the last event that arrived', async () => {
    const { at, client, server } = await served();
    await at.call('run', at.write('cards.csv', cardholders(3)));
    const first = events(client);
    const { value: all } = await first.next();
    expect(all?.progress).toMatchObject({ complete: true, intakes: [], unknownBatches: 0 });
    await first.return(undefined);
    // Nothing has changed since: the next event comes when something has.
    const second = events(client, all?.id);
    const next = second.next();
    await at.call('purge', '--older-than', '0d', '--yes');
    expect((await next).value?.progress).toMatchObject({ complete: false });
    // An id of another server is none.
    const third = events(client, 'ffffffffffff-1');
    expect((await third.next()).value?.progress).toMatchObject({ complete: true });
    const ends = [second.next(), third.next()];
    await server.close();
    expect((await Promise.all(ends)).map(({ value }) => value?.type)).toEqual(['end', 'end']);
  });

  it('says when the ledger cannot be read', async () => {
    const { client } = await served();
    const { value } = await events(client).next();
    expect(value?.progress).toMatchObject({ ledgerError: expect.any(String) as string, intakes: [] });
  });
});
