import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { decryptionKey, encryptionKey, open, seal, sealAll } from '../src/index.ts';
import { pair } from './crafting.ts';

const key = encryptionKey(pair.publicKey);
const own = decryptionKey(pair.privateKey);
const records = Array.from({ length: 1000 }, (_, n) => ({ n, name: 'x'.repeat(88) }));

/** How often the event loop turned before the work was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  const done = { yet: false };
  const ended = work.finally(() => (done.yet = true));
  let turns = 0;
  for (; !done.yet; turns++) await turn();
  await ended;
  return turns;
}

beforeEach(async () => {
  await turn();
  await turn();
});

describe('the event loop turns', () => {
  it('while eight long texts are sealed at once, three of them a turn', async () => {
    const text = 'x'.repeat(100_000);
    const turns = await turnsDuring(Promise.all(Array.from({ length: 8 }, () => seal(text, key))));
    expect(turns).toBeGreaterThanOrEqual(2);
  });

  it('while eight long objects are sealed at once, which their JSON is counted for', async () => {
    const turns = await turnsDuring(Promise.all(Array.from({ length: 8 }, () => seal({ records }, key))));
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('while one text of megabytes is sealed, and while it is opened', async () => {
    const text = 'x'.repeat(4_000_000);
    let jwe = '';
    expect(await turnsDuring(seal(text, key).then((sealed) => (jwe = sealed)))).toBeGreaterThanOrEqual(7);
    expect(await turnsDuring(open(jwe, own))).toBeGreaterThanOrEqual(7);
    expect(Buffer.from(await open(jwe, own)).toString()).toBe(text);
  });

  it('between long objects of a stream, whatever their concurrency', async () => {
    const seen: string[] = [];
    const sealing = (async () => {
      for await (const jwe of sealAll(
        Array.from({ length: 12 }, () => ({ records })),
        key,
        { concurrency: 100 },
      ))
        seen.push(jwe);
    })();
    expect(await turnsDuring(sealing)).toBeGreaterThanOrEqual(6);
    expect(seen).toHaveLength(12);
  });
});

describe('nothing waits', () => {
  it('for one text of up to 128 kB, alone', async () => {
    expect(await turnsDuring(seal('x'.repeat(131_072), key))).toBe(1);
  });

  it('for short ones, however many', async () => {
    expect(await turnsDuring(Promise.all(Array.from({ length: 50 }, () => seal('x', key))))).toBe(1);
  });
});

it('long plaintexts that wait are sealed in the order of the calls, and none is forgotten', async () => {
  const order: number[] = [];
  const sealing = Array.from({ length: 20 }, async (_, n) => {
    const jwe = await seal(String(n).repeat(60_000), key);
    order.push(n);
    return jwe;
  });
  const tokens = await Promise.all(sealing);
  expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
  for (const [n, jwe] of tokens.entries())
    expect(Buffer.from(await open(jwe, own)).toString()).toBe(String(n).repeat(60_000));
});
