import { describe, expect, it } from 'vitest';
import { Schedule, type TimeSpan } from '../src/send/schedule.ts';

const everyDay = [0, 1, 2, 3, 4, 5, 6];
const hours = (from: number, to: number, days: readonly number[] = everyDay): TimeSpan => ({
  days,
  from: from * 60,
  to: to * 60,
});
const berlin = (...window: readonly TimeSpan[]): Schedule =>
  new Schedule(10, { zone: 'Europe/Berlin', window });
const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

describe('the sending window', () => {
  it('is always open when none is set', () => {
    const schedule = new Schedule(10);
    expect(schedule.isOpen(at('2026-11-27T03:00Z'))).toBe(true);
    expect(schedule.opensAt(1)).toBe(1);
    expect(schedule.durationOf(600, 0)).toBe(60_000);
  });

  it('opens and closes by the clock of its time zone', () => {
    const schedule = berlin(hours(8, 18));
    expect(schedule.isOpen(at('2026-11-27T06:59:59Z'))).toBe(false);
    expect(schedule.isOpen(at('2026-11-27T07:00Z'))).toBe(true);
    expect(schedule.isOpen(at('2026-11-27T16:59:59.999Z'))).toBe(true);
    expect(schedule.isOpen(at('2026-11-27T17:00Z'))).toBe(false);
    expect(iso(schedule.opensAt(at('2026-11-27T17:00Z')))).toBe('2026-11-28T07:00');
  });

  it('across midnight belongs to the day on which it begins', () => {
    // From Friday evening to Saturday morning, and no other night.
    const schedule = berlin(hours(22, 6, [5]));
    expect(schedule.isOpen(at('2026-11-27T20:59Z')), 'Friday 21:59').toBe(false);
    expect(schedule.isOpen(at('2026-11-27T21:00Z')), 'Friday 22:00').toBe(true);
    expect(schedule.isOpen(at('2026-11-28T04:59Z')), 'Saturday 05:59').toBe(true);
    expect(schedule.isOpen(at('2026-11-28T05:00Z')), 'Saturday 06:00').toBe(false);
    expect(schedule.isOpen(at('2026-11-28T22:00Z')), 'Saturday 23:00').toBe(false);
    expect(schedule.isOpen(at('2026-11-27T01:00Z')), 'Friday 02:00').toBe(false);
    expect(iso(schedule.opensAt(at('2026-11-28T05:00Z')))).toBe('2026-12-04T21:00');
  });

  it('is as long as the clock says when the clock is put forward or back', () => {
    const night = berlin(hours(22, 6));
    // On 29 March 2026 the hour from 2 to 3 does not come; on 25 October it comes twice.
    expect(iso(night.opensAt(at('2026-03-28T20:00Z')))).toBe('2026-03-28T21:00');
    expect(night.isOpen(at('2026-03-29T03:59Z'))).toBe(true);
    expect(night.isOpen(at('2026-03-29T04:00Z'))).toBe(false);
    expect(iso(night.opensAt(at('2026-10-24T19:00Z')))).toBe('2026-10-24T20:00');
    expect(night.isOpen(at('2026-10-25T04:59Z'))).toBe(true);
    expect(night.isOpen(at('2026-10-25T05:00Z'))).toBe(false);
    const twice = berlin({ days: everyDay, from: 150, to: 180 });
    expect(twice.isOpen(at('2026-10-25T00:30Z'))).toBe(true);
    expect(twice.isOpen(at('2026-10-25T01:00Z'))).toBe(false);
    expect(twice.isOpen(at('2026-10-25T01:30Z'))).toBe(true);
  });

  it('that lies in the skipped hour of its only day opens a week later', () => {
    const schedule = berlin({ days: [0], from: 120, to: 180 });
    expect(iso(schedule.opensAt(at('2026-03-23T12:00Z')))).toBe('2026-04-05T00:00');
  });

  it('follows zones whose offset is no whole hour', () => {
    const schedule = new Schedule(1, { zone: 'Asia/Kathmandu', window: [hours(9, 10)] });
    expect(iso(schedule.opensAt(at('2026-11-27T00:00Z')))).toBe('2026-11-27T03:15');
  });
});

describe('the timetable of rates', () => {
  const schedule = new Schedule(50, {
    zone: 'Europe/Berlin',
    window: [hours(6, 22)],
    rates: [
      { ...hours(8, 18, [1, 2, 3, 4, 5]), requestsPerSecond: 2 },
      { ...hours(18, 20), requestsPerSecond: 10 },
    ],
  });

  it('gives the first rate that fits, and the usual one elsewhere', () => {
    expect(schedule.rateAt(at('2026-11-27T07:00Z')), 'Friday 8:00').toBe(2);
    expect(schedule.rateAt(at('2026-11-27T17:00Z')), 'Friday 18:00').toBe(10);
    expect(schedule.rateAt(at('2026-11-28T08:00Z')), 'Saturday 9:00').toBe(50);
  });

  it('and the closed hours are part of the time that requests take', () => {
    const evening = at('2026-11-27T18:59Z');
    expect(schedule.durationOf(600, evening)).toBe(60_000);
    expect(schedule.durationOf(600 + 50 * 60, evening)).toBe(120_000);
    // 19:59 at 10 a second, two hours at 50, the night, and then one more request on Saturday at 6:00.
    const whole = 600 + 2 * 3_600 * 50;
    expect(schedule.durationOf(whole + 50, evening)).toBe(60_000 + 10 * 3_600_000 + 1_000);
    expect(schedule.durationOf(0, evening)).toBe(0);
    expect(schedule.durationOf(1e12, evening)).toBe(Infinity);
  });
});
