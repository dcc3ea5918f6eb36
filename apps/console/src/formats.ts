/** Numbers and moments as the reader's browser writes them, in the reader's time zone. */

const integer = new Intl.NumberFormat();
const decimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const share = new Intl.NumberFormat(undefined, {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const offset = new Intl.DateTimeFormat(undefined, { timeZoneName: 'shortOffset' });

/** A whole number with the reader's separators. */
export function count(value: number): string {
  return integer.format(value);
}

/** `1 record`, `2 records`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/**
 * A part of a whole; nothing when there is no whole. Never `100 %` of what is not complete, nor `0 %` of
 * some.
 */
export function percent(value: number, of: number): string {
  if (of === 0) return '';
  const exact = value / of;
  if (value < of && exact > 0.9995) return `> ${share.format(0.999)}`;
  if (value > 0 && exact < 0.0005) return `< ${share.format(0.001)}`;
  return share.format(exact);
}

/** Records a second. */
export function rate(perSecond: number): string {
  return `${perSecond < 10 ? decimal.format(perSecond) : count(Math.round(perSecond))}/s`;
}

const unit = (name: 'second' | 'minute' | 'hour' | 'day') =>
  new Intl.NumberFormat(undefined, { style: 'unit', unit: name, unitDisplay: 'short' });
const units = { second: unit('second'), minute: unit('minute'), hour: unit('hour'), day: unit('day') };

/** A length of time in its two largest units. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return units.second.format(whole);
  const minutes = Math.floor(whole / 60);
  if (minutes < 10) return `${units.minute.format(minutes)} ${units.second.format(whole % 60)}`;
  if (minutes < 60) return units.minute.format(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${units.hour.format(hours)} ${units.minute.format(minutes % 60)}`;
  return `${units.day.format(Math.floor(hours / 24))} ${units.hour.format(hours % 24)}`;
}

/** Date and time, without the zone, which the page shows once. */
export function moment(at: string): string {
  return date.format(new Date(at));
}

/** The time of the day. */
export function timeOfDay(at: Date): string {
  return clock.format(at);
}

/** How long ago, roughly: `3 min. ago`. */
export function ago(at: string, now: number = Date.now()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const steps = [
    [60, 1, 'second'],
    [3600, 60, 'minute'],
    [86_400, 3600, 'hour'],
    [Number.POSITIVE_INFINITY, 86_400, 'day'],
  ] as const;
  const [, divisor, name] = steps.find(([below]) => Math.abs(seconds) < below) ?? steps[3];
  return relative.format(Math.round(seconds / divisor), name);
}

/** The reader's time zone with its present distance from UTC: `Europe/Berlin (GMT+1)`. */
export function timeZone(): string {
  const { timeZone: name } = offset.resolvedOptions();
  const distance = offset.formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')?.value;
  return distance === undefined || distance === name ? name : `${name} (${distance})`;
}

/** A size of a file. */
export function bytes(value: number): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = value < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(value) / 3));
  return new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit: steps[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(value / 1000 ** power);
}
