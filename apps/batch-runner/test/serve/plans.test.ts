import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { cardholders } from '../cardholders.ts';
import type { ApiClient } from './api-client.ts';
import { served, serving } from './served.ts';

describe('a plan', () => {
  const planned = async (client: ApiClient, planId: string) => {
    let plan = await client.bodyOf('getPlan', { path: { planId } });
    await waitFor('the plan', async () => {
      plan = await client.bodyOf('getPlan', { path: { planId } });
      return plan.stage !== 'reading';
    });
    return plan;
  };
  /** Uploads are kept in the folder of the test from now on; answers how many there are. */
  const uploadsIn = (folder: string) => {
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    return () => readdirSync(folder).filter((name) => name.startsWith('enrollkit-plan-')).length;
  };

  it('is made of an uploaded file, which is deleted afterwards', async () => {
    const { at, client } = await served();
    await at.call('run', at.write('cards.csv', cardholders(3)));
    const uploads = uploadsIn(at.folder);
    const file = cardholders(6).replace('jane.5@example.com', 'none');
    const body = await client.bodyOf('planUpload', {
      query: { fileName: 'next.csv' },
      body: new TextEncoder().encode(file),
      headers: { 'Content-Type': 'application/octet-stream' },
    });
    expect(body).toMatchObject({ fileName: 'next.csv', stage: 'reading' });
    expect(await planned(client, body.id)).toMatchObject({
      stage: 'made',
      sums: { rows: 6, new: 2, rejected: 1, unsent: { unchanged: 3 } },
      rows: [{ row: 6, reason: 'rejected', externalConsumerId: 'consumer-5' }],
    });
    await waitFor('the upload to be deleted', () => uploads() === 0);
    expect(await client.call('discardPlan', { path: { planId: body.id } })).toMatchObject({ status: 204 });
    expect(await client.call('getPlan', { path: { planId: body.id } })).toMatchObject({ status: 404 });
  });

  it('says why it cannot be made', async () => {
    const { client } = await served();
    const body = await client.bodyOf('planUpload', {
      query: { fileName: 'wrong.csv' },
      body: new TextEncoder().encode('this,is,no\nfile,of,ours\n'),
      headers: { 'Content-Type': 'application/octet-stream' },
    });
    expect(await planned(client, body.id)).toMatchObject({
      stage: 'failed',
      problem: { code: 'delimiter-unknown', hint: expect.any(String) as string },
    });
  });

  it('is made of a file in the configured folder, and of none beside it', async () => {
    const { at } = await served();
    mkdirSync(at.path('inbox'), { recursive: true });
    at.write('inbox/cards.csv', cardholders(2, [], 5));
    at.write('outside.csv', cardholders(2));
    symlinkSync(at.path('outside.csv'), at.path('inbox/link.csv'));
    const { client } = await serving(at, ['serve.planFolder=inbox', 'serve.maxUploadMegabytes=1']);
    const list = await client.bodyOf('listPlannableFiles');
    expect(list).toMatchObject({ maxUploadBytes: 1024 ** 2, items: [{ fileName: 'cards.csv' }] });
    const body = await client.bodyOf('planFile', { body: { fileName: 'cards.csv' } });
    expect(await planned(client, body.id)).toMatchObject({ stage: 'made', sums: { new: 2 } });
    for (const fileName of ['link.csv', '..', 'outside.csv', 'none.csv'])
      expect(await client.call('planFile', { body: { fileName } })).toMatchObject({
        status: 404,
        body: { code: 'file-unknown' },
      });
    const tooLarge = await client.call('planUpload', {
      query: { fileName: 'large.csv' },
      body: new Uint8Array(1024 ** 2 + 1),
      headers: { 'Content-Type': 'application/octet-stream' },
    });
    expect(tooLarge).toMatchObject({ status: 413 });
  });

  it('is forgotten with what an upload that broke off left', async () => {
    const { at, client } = await served();
    const uploads = uploadsIn(at.folder);
    const url = new URL('/api/plans/uploads?fileName=broken.csv', client.origin);
    const upload = request(url, {
      method: 'POST',
      headers: { ...client.headers, 'Content-Type': 'application/octet-stream', 'Content-Length': 1000 },
    });
    upload.on('error', () => undefined);
    upload.write('half of');
    await waitFor('the upload to begin', () => uploads() > 0);
    upload.destroy();
    await waitFor('the rest to be deleted', () => uploads() === 0);
    expect(uploads()).toBe(0);
  });
});
