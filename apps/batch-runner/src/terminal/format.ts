/** A whole number for people: thousands are separated. */
export function count(value: number): string {
  // Not by `toLocaleString`, whose tables take longer to load than a status takes to print.
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The noun for so many of it: `row` or `rows`; `plural` only where it is no mere `s`. */
export function plural(value: number, singular: string, plural: string = `${singular}s`): string {
  return value === 1 ? singular : plural;
}

/** Seconds for people. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

/** A moment by the clock of a time zone: `Fri, 27 Nov, 22:00 (Europe/Berlin)`. */
export function clockText(at: Date, timeZone: string): string {
  const text = at.toLocaleString('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return `${text} (${timeZone})`;
}
