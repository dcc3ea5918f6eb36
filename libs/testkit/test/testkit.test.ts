import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { luhnDigit, SeededRandom } from '@enrollkit/base';
import { FakeClock, placedRecords, temporaryFolder, testPan, waitFor } from '@enrollkit/testkit';

describe('the fake clock', () => {
  it('wakes sleepers in the order of their times, and only when their time has come', async () => {
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

  it('ends a sleep when the signal aborts', async () => {
    const stop = new AbortController();
    const clock = new FakeClock();
    const sleep = clock.sleep(1000, stop.signal);
    stop.abort();
    await sleep;
    expect(clock.nextWake()).toBeUndefined();
  });
});

describe('test records', () => {
  it('have PANs that pass Luhn, as the card schemes publish them', () => {
    expect(luhnDigit('555555555555444')).toBe('4');
    expect(luhnDigit('411111111111111')).toBe('1');
    const pan = testPan(new SeededRandom(3));
    expect(pan).toHaveLength(16);
    expect(pan.at(-1)).toBe(luhnDigit(pan.slice(0, -1)));
  });

  it('stand one after the other and have keys of their own', () => {
    const [first, second] = placedRecords(new SeededRandom(3), 2);
    expect(second?.place.offset).toBeGreaterThan((first?.place.offset ?? 0) + (first?.place.length ?? 0));
    expect(second?.record.externalCardId).not.toBe(first?.record.externalCardId);
  });
});

describe('the rest', () => {
  it('removes a temporary folder with what is in it', () => {
    const folder = temporaryFolder();
    writeFileSync(folder.file('a'), '');
    folder[Symbol.dispose]();
    expect(existsSync(folder.path)).toBe(false);
  });

  it('waits for a condition and names the one that never came', async () => {
    let asked = 0;
    expect(await waitFor('three', () => (++asked === 3 ? 'three' : ''))).toBe('three');
    await expect(waitFor('a miracle', () => false, 20)).rejects.toThrow(
      'waited 20 ms in vain for: a miracle',
    );
  });
});
