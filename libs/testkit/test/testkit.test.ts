import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { luhnDigit, SeededRandom } from '@enrollkit/base';
import { FakeClock, placedRecords, temporaryFolder, testPan, waitFor } from '@enrollkit/testkit';

describe('clock', () => {
  it('the fake clock wakes sleepers in the order of their times, and only when their time has come', async () => {
    const clock = new FakeClock(1000);
    const woken: string[] = [];
    const late = clock.sleep(20).then(() => woken.push('late'));
    const early = clock.sleep(10).then(() => woken.push('early'));
    const never = clock.sleep(1000).then(() => woken.push('never'));
    expect(clock.nextWake()).toBe(1010);
    clock.advance(20);
    await Promise.all([late, early]);
    expect(woken).toEqual(['early', 'late']);
    expect(clock.now()).toBe(1020);
    clock.advance(1000);
    await never;
    expect(clock.nextWake()).toBeUndefined();
  });

  it('the fake clock ends a sleep when the signal aborts', async () => {
    const stop = new AbortController();
    const clock = new FakeClock();
    const sleep = clock.sleep(1000, stop.signal);
    stop.abort();
    await sleep;
    expect(clock.nextWake()).toBeUndefined();
  });
});

describe('records', () => {
  it('test records have PANs that pass Luhn, as the card schemes publish them', () => {
    expect(luhnDigit('555555555555444')).toBe('4');
    expect(luhnDigit('411111111111111')).toBe('1');
    const pan = testPan(new SeededRandom(3));
    expect(pan).toHaveLength(16);
    expect(pan.at(-1)).toBe(luhnDigit(pan.slice(0, -1)));
  });

  it('test records follow one another in the file and have different keys', () => {
    const [first, second] = placedRecords(new SeededRandom(3), 2);
    expect(second?.place.offset).toBeGreaterThan((first?.place.offset ?? 0) + (first?.place.length ?? 0));
    expect(second?.record.externalCardId).not.toBe(first?.record.externalCardId);
  });
});

describe('helpers', () => {
  it('a temporary folder is removed with its content', () => {
    const folder = temporaryFolder();
    writeFileSync(folder.file('a'), '');
    folder[Symbol.dispose]();
    expect(existsSync(folder.path)).toBe(false);
  });

  it('waitFor resolves with the condition and names one that never held', async () => {
    let asked = 0;
    expect(await waitFor('three', () => (++asked === 3 ? 'three' : ''))).toBe('three');
    await expect(waitFor('a miracle', () => false, 20)).rejects.toThrow(
      'waited 20 ms in vain for: a miracle',
    );
  });
});
