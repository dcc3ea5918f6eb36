import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../src/index.ts';

describe('SeededRandom', () => {
  it('repeats itself from the same seed and only from it', () => {
    const draw = (seed: number) => {
      const random = new SeededRandom(seed);
      return [
        random.next(),
        random.integer(1, 6),
        random.pick(['a', 'b']),
        random.chance(0.5),
        random.digits(8),
        random.fill('#-##'),
        ...random.bytes(4),
      ];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('draws integers over the whole range and nothing outside', () => {
    const random = new SeededRandom(1);
    const drawn = new Set(Array.from({ length: 1000 }, () => random.integer(1, 6)));
    expect([...drawn].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
