import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decryptionKey, encryptionKey, openJson, sealAll } from '../src/index.ts';
import { codeOf, pair } from './crafting.ts';

const key = encryptionKey(pair.publicKey);
const own = decryptionKey(pair.privateKey);

async function* numbers(count: number, seen: { taken: number; closed: boolean }) {
  try {
    for (let n = 0; n < count; n++) {
      seen.taken += 1;
      yield { n };
    }
  } finally {
    seen.closed = true;
  }
}
const watched = () => ({ taken: 0, closed: false });

describe('sealAll', () => {
  it.each([1, 3, 8, 1000])('keeps the order, %i at a time', async (concurrency) => {
    const opened: unknown[] = [];
    for await (const jwe of sealAll(numbers(40, watched()), key, { concurrency }))
      opened.push(await openJson(jwe, own));
    expect(opened).toEqual(Array.from({ length: 40 }, (_, n) => ({ n })));
  });

  it('takes a plain list, and strings and bytes in it', async () => {
    const tokens: string[] = [];
    for await (const jwe of sealAll<object>([{ a: 1 }, '{"a":1}', Buffer.from('{"a":1}')], key))
      tokens.push(jwe);
    for (const jwe of tokens) expect(await openJson(jwe as never, own)).toEqual({ a: 1 });
    expect(tokens).toHaveLength(3);
  });

  it('reads no further ahead than its window', async () => {
    const seen = watched();
    const tokens = sealAll(numbers(100, seen), key, { concurrency: 4 });
    await tokens.next();
    for (let round = 0; round < 20; round++) await turn();
    expect(seen.taken).toBe(4);
    await tokens.next();
    expect(seen.taken).toBe(5);
    await tokens.return();
    expect(seen.closed).toBe(true);
  });

  it('ends at the first that cannot be sealed, after those before it, and closes the source', async () => {
    const seen = watched();
    const mixed = async function* mixed() {
      for await (const one of numbers(10, seen)) yield one.n === 5 ? 5n : one;
    };
    let yielded = 0;
    const run = async () => {
      for await (const _ of sealAll<unknown>(mixed(), key, { concurrency: 3 })) yielded += 1;
    };
    expect(await codeOf(run())).toBe('plaintext-unsealable');
    expect(yielded).toBe(5);
    expect(seen.closed).toBe(true);
  });

  it('passes on what the source throws', async () => {
    const broken = async function* broken() {
      yield { n: 1 };
      throw new Error('disk gone');
    };
    const run = async () => {
      for await (const _ of sealAll(broken(), key)) continue;
    };
    await expect(run()).rejects.toThrow('disk gone');
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a concurrency of %d', async (concurrency) => {
    expect(await codeOf(sealAll([], key, { concurrency }).next())).toBe('option-unfit');
  });

  it.each([100_000, 500])(
    'leaves the event loop free: others get their turns while bodies of %i bytes are sealed',
    async (bytes) => {
      const batch = Buffer.alloc(bytes, 'x');
      let turns = 0;
      const work = { going: true };
      const others = (async () => {
        while (work.going) {
          await turn();
          turns += 1;
        }
      })();
      let sealed = 0;
      for await (const _ of sealAll(
        Array.from({ length: 100 }, () => batch),
        key,
        { concurrency: 1 },
      ))
        sealed += 1;
      work.going = false;
      await others;
      expect(sealed).toBe(100);
      expect(turns).toBeGreaterThanOrEqual(sealed);
    },
  );
});
