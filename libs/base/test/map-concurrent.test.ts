import { describe, expect, it } from 'vitest';
import { mapConcurrent } from '../src/index.ts';

async function* counting(count: number, onEnd?: () => void): AsyncGenerator<number> {
  try {
    for (let index = 0; index < count; index++) yield index;
  } finally {
    onEnd?.();
  }
}

describe('mapConcurrent', () => {
  it('yields results in the order of the items and never exceeds its depth', async () => {
    let running = 0;
    let most = 0;
    const results: number[] = [];
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      // Later items are done sooner.
      for (let turn = 0; turn < 20 - item; turn++) await Promise.resolve();
      running--;
      return item * 2;
    };
    for await (const result of mapConcurrent(counting(20), 4, work)) results.push(result);
    expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
    expect(most).toBe(4);
  });

  it('throws a failure in its turn, after the results before it', async () => {
    const results: number[] = [];
    const work = (item: number): Promise<number> =>
      item === 2 ? Promise.reject(new Error('third')) : Promise.resolve(item);
    await expect(async () => {
      for await (const result of mapConcurrent(counting(5), 3, work)) results.push(result);
    }).rejects.toThrow('third');
    expect(results).toEqual([0, 1]);
  });

  it('waits for the calls in flight and closes the source when its consumer ends early', async () => {
    let running = 0;
    let closed = false;
    const source = counting(10, () => (closed = true));
    const work = async (item: number): Promise<number> => {
      running++;
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      running--;
      return item;
    };
    for await (const result of mapConcurrent(source, 3, work)) if (result === 0) break;
    expect({ running, closed }).toEqual({ running: 0, closed: true });
  });
});
