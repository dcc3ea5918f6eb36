import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, test } from 'vitest';
import { startSimulator, type WorldRecord } from '../src/index.ts';
import {
  ask,
  call,
  consumerOf,
  del,
  enroll,
  get,
  people,
  programme,
  receiptOf,
  seal,
  statusOf,
} from './test-client.ts';
import { start } from './start.ts';

describe('world', () => {
  test('the world says over HTTP what was enrolled, how often, by which batch', async () => {
    const simulator = await start();
    const records = [...people(3), { consumer: 'x', card: 'x', pan: '5204739990000040' }];
    const { batchId } = receiptOf(await enroll(simulator, 'batch-1', records));
    const summary = await (await fetch(`${simulator.origin}/__world`)).json();
    expect(summary).toEqual({
      batches: 1,
      repeatedBatches: 0,
      enrolled: 3,
      enrolledMoreThanOnce: 0,
      enrollments: 3,
      refused: 1,
      consumers: 4,
      deletedCards: 0,
      deletedConsumers: 0,
      preProvisioned: 0,
      cardUpdates: 0,
      profileUpdates: 0,
    });
    expect(summary).toEqual(simulator.world());
    const answer = await fetch(`${simulator.origin}/__world?records=1`);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await answer.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as WorldRecord);
    expect(lines).toEqual([...simulator.records()]);
    expect(lines[0]).toMatchObject({
      externalConsumerId: 'c0',
      externalCardId: 'c0-card',
      times: 1,
      batches: [batchId],
    });
    expect(lines[3]).toMatchObject({
      externalConsumerId: 'x',
      times: 0,
      batches: [batchId],
      refusal: 'ISSUER_DECLINED',
    });
  });

  test('the world counts a card that comes again in another batch, and one that was refused before', async () => {
    const simulator = await start();
    const silent = { consumer: 'x', card: 'x', pan: '5204739990000065' };
    await enroll(simulator, 'batch-1', [...people(2), silent]);
    await enroll(simulator, 'batch-2', [...people(1), silent]);
    expect(simulator.world()).toMatchObject({
      batches: 2,
      repeatedBatches: 0,
      enrolled: 3,
      enrolledMoreThanOnce: 1,
      enrollments: 4,
      refused: 0,
    });
    expect(
      [...simulator.records()].map(({ externalConsumerId, times }) => [externalConsumerId, times]),
    ).toEqual([
      ['c0', 2],
      ['c1', 1],
      ['x', 1],
    ]);
  });

  test('the world is empty after a reset, and gives other ids', async () => {
    using folder = temporaryFolder();
    const simulator = await start({ worldFile: folder.file('world.ndjson') });
    const { batchId } = receiptOf(await enroll(simulator, 'batch-1', people(2)));
    const answer = await fetch(`${simulator.origin}/__reset`, { method: 'POST' });
    expect(await answer.json()).toMatchObject({ batches: 0, enrolled: 0 });
    expect((await ask(simulator, batchId)).status).toBe(404);
    expect(receiptOf(await enroll(simulator, 'batch-1', people(2))).batchId).not.toBe(batchId);
  });

  test('the world of 10,000 cards is counted, listed and found again', async () => {
    const simulator = await start({ processingMs: 0, onDuplicate: 'duplicate' });
    for (let batch = 0; batch < 5; batch++)
      await enroll(simulator, `batch-${batch}`, people(2000, `p${batch}-`));
    const { batchId } = receiptOf(await enroll(simulator, 'batch-3', people(2000, 'p3-')));
    expect(simulator.world()).toMatchObject({
      batches: 6,
      repeatedBatches: 1,
      enrolled: 10_000,
      enrolledMoreThanOnce: 2000,
      enrollments: 12_000,
      consumers: 10_000,
    });
    const keys = new Set<string>();
    let twice = 0;
    for (const { externalCardId, srcDigitalCardId, times } of simulator.records()) {
      keys.add(externalCardId).add(srcDigitalCardId);
      if (times === 2) twice++;
    }
    expect([keys.size, twice]).toEqual([20_000, 2000]);
    const { srcDigitalCardId, srcConsumerId } = statusOf(await ask(simulator, batchId)).items?.[1234] ?? {};
    expect((await get(simulator, `/cards/${srcDigitalCardId}`)).status).toBe(200);
    expect(await get(simulator, `/profiles/${srcConsumerId}`)).toMatchObject({
      json: { maskedCards: { length: 1 } },
    });
  });
});

describe('world file', () => {
  test('a world in a file survives a restart: batches, results, ids, repetitions, changes and deletions', async () => {
    using folder = temporaryFolder();
    const options = { worldFile: folder.file('world.ndjson'), processingMs: 1000 };
    const first = await start(options);
    const { batchId } = receiptOf(
      await enroll(first, 'batch-1', [...people(4), { consumer: 'x', card: 'x', pan: '5204739990000040' }]),
    );
    first.clock.advance(1000);
    const before = statusOf(await ask(first, batchId));
    const [changed, removed] = (before.items ?? []).filter(({ status }) => status === 'SUCCESSFUL');
    await call(first, {
      method: 'PUT',
      path: `/cards/${changed?.srcDigitalCardId}`,
      body: { ...programme, billingAddress: { city: 'Oslo' } },
    });
    await call(first, {
      method: 'PUT',
      path: `/profiles/${changed?.srcConsumerId}`,
      body: { ...programme, consumer: { ...consumerOf('a@example.com'), firstName: 'Zoe' } },
    });
    await del(first, `/profiles/${removed?.srcConsumerId}`);
    const [summary, records] = [first.world(), [...first.records()]];
    await first.close();

    const second = await start(options);
    expect(second.world()).toEqual(summary);
    expect([...second.records()]).toEqual(records);
    second.clock.advance(2000);
    expect(statusOf(await ask(second, batchId))).toEqual({ ...before, srcCorrelationId: expect.any(String) });
    expect(await get(second, `/cards/${changed?.srcDigitalCardId}`)).toMatchObject({
      json: { maskedCard: { maskedBillingAddress: { city: 'O***' } } },
    });
    expect(await get(second, `/profiles/${changed?.srcConsumerId}`)).toMatchObject({
      json: { maskedConsumer: { maskedFirstName: 'Z**' } },
    });
    expect((await get(second, `/cards/${removed?.srcDigitalCardId}`)).status).toBe(404);
    expect(
      receiptOf(
        await enroll(second, 'batch-1', [
          ...people(4),
          { consumer: 'x', card: 'x', pan: '5204739990000040' },
        ]),
      ).batchId,
    ).toBe(batchId);
    expect((await enroll(second, 'batch-1', people(1))).status).toBe(409);
  });

  test('a world in a file cut in the middle of its last line loses only that line', async () => {
    using folder = temporaryFolder();
    const worldFile = folder.file('world.ndjson');
    const first = await start({ worldFile });
    await enroll(first, 'batch-1', people(2));
    await enroll(first, 'batch-2', people(2, 'd'));
    await first.close();
    truncateSync(worldFile, statSync(worldFile).size - 10);
    const second = await start({ worldFile });
    expect(second.world()).toMatchObject({ batches: 1, enrolled: 2 });
    await enroll(second, 'batch-2', people(2, 'd'));
    await second.close();
    expect((await start({ worldFile })).world()).toMatchObject({ batches: 2, enrolled: 4 });
  });

  test('a world in a file that is no world, or broken in the middle, is refused with its name or line', async () => {
    using folder = temporaryFolder();
    const worldFile = folder.file('world.ndjson');
    writeFileSync(worldFile, 'card,pan\n');
    await expect(startSimulator({ worldFile })).rejects.toThrow(/world\.ndjson is not a world file/);
    writeFileSync(worldFile, '{"type":"world","version":2}\n');
    await expect(startSimulator({ worldFile })).rejects.toThrow(/not a world file of this version/);
    writeFileSync(worldFile, '{"type":"world","version":1,"secret":"s"}\n');
    appendFileSync(worldFile, 'broken\n');
    await expect(startSimulator({ worldFile })).rejects.toMatchObject({
      code: 'world-file-invalid',
      message: expect.stringContaining('Entry 2'),
    });
  });

  test('a world in a file holds no card number, name, e-mail address or phone number in clear, nor do keys and answers', async () => {
    using folder = temporaryFolder();
    const simulator = await start({
      worldFile: folder.file('world.ndjson'),
      keysDirectory: folder.file('keys'),
      processingMs: 0,
    });
    const answer = await enroll(simulator, 'batch-1', [
      { consumer: 'a', card: 'a', email: 'jane.doe@example.com' },
    ]);
    const status = await ask(simulator, receiptOf(answer).batchId);
    const encryptedCard = await seal(simulator, {
      primaryAccountNumber: '5204731600014784',
      panExpirationMonth: '01',
      panExpirationYear: '2031',
    });
    const card = await call(simulator, {
      method: 'POST',
      path: '/cards',
      body: {
        ...programme,
        cardSource: 'ISSUER',
        complianceSettings: { tnc: { latestVersionUri: 'https://provider.example/terms' } },
        consumer: consumerOf('jane.doe@example.com'),
        encryptedCard,
      },
    });
    expect(card.status).toBe(200);
    const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(4);
    const everything = [
      ...files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
      status.text,
      card.text,
      JSON.stringify([...simulator.records()]),
    ].join('\n');
    for (const secret of [
      '5186001700009726',
      '5204731600014784',
      'jane.doe',
      'Jane',
      '5555550100',
      'Main Street',
    ])
      expect(everything).not.toContain(secret);
    expect(everything).toContain('J***');
  });
});
