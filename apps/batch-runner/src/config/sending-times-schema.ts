import type { SendingTimes, TimeSpan } from '@enrollkit/pipeline';
import { z } from 'zod';

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const everyDay = dayNames.map((_, day) => day);
const day = `(?:${dayNames.join('|')})`;
const SPAN = new RegExp(
  `^(?:(?<days>${day}(?:-${day})?(?:,${day}(?:-${day})?)*))?\\s*(?:(?<from>\\d{2}:\\d{2})-(?<to>\\d{2}:\\d{2}))?$`,
  'i',
);
const MINUTES_A_DAY = 1_440;

/** Days and hours as one text: `mon-fri 22:00-06:00`, `sat,sun`, `08:00-18:00`. */
const span = z
  .string()
  .refine(
    (text) => spanOf(text) !== undefined,
    'must be days, hours or both: mon-fri 22:00-06:00, sat,sun, 08:00-18:00',
  );

/** Several in a flag or the environment are separated by semicolons. */
const spans = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(';').map((one) => one.trim()) : value),
  z.array(span).min(1),
);

/** The settings of `sending` that say when requests are sent. */
export const sendingTimes = {
  /** IANA name; whose clock `window` and `rates` mean. */
  timeZone: z.string().refine(isTimeZone, 'must be a time zone as Europe/Berlin or UTC').optional(),
  /** Outside of it nothing is sent or polled. */
  window: spans.optional(),
  /** Other rates at other hours: the first that fits counts, and `requestsPerSecond` where none does. */
  rates: z
    .array(z.strictObject({ times: span, requestsPerSecond: z.number().min(0.01).max(100_000) }))
    .min(1)
    .optional(),
};

/** The settings as they come out of the schema. */
export interface ConfiguredTimes {
  readonly timeZone?: string | undefined;
  readonly window?: readonly string[] | undefined;
  readonly rates?: readonly { readonly times: string; readonly requestsPerSecond: number }[] | undefined;
}

/** When requests may be sent, as the pipeline takes it; undefined where nothing is set. */
export function timesOf({ timeZone, window, rates }: ConfiguredTimes): SendingTimes | undefined {
  if (timeZone === undefined || (window ?? rates) === undefined) return undefined;
  return {
    zone: timeZone,
    ...(window && { window: window.flatMap((text) => spanOf(text) ?? []) }),
    ...(rates && {
      rates: rates.flatMap(({ times, requestsPerSecond }) => {
        const found = spanOf(times);
        return found === undefined ? [] : [{ ...found, requestsPerSecond }];
      }),
    }),
  };
}

function spanOf(text: string): TimeSpan | undefined {
  const { days, from = '00:00', to = '24:00' } = SPAN.exec(text.trim())?.groups ?? {};
  if (text.trim() === '' || SPAN.exec(text.trim()) === null) return undefined;
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  if (begin === undefined || end === undefined || begin === end || begin === MINUTES_A_DAY) return undefined;
  return { days: days === undefined ? everyDay : daysOf(days), from: begin, to: end };
}

function minutesOf(text: string): number | undefined {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  const total = hours * 60 + minutes;
  return minutes < 60 && total <= MINUTES_A_DAY ? total : undefined;
}

/** `fri-mon` goes over the end of the week. */
function daysOf(text: string): number[] {
  const days = text
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [first = 0, last = first] = part
        .split('-')
        .map((name) => dayNames.findIndex((one) => one === name));
      const count = ((last - first + dayNames.length) % dayNames.length) + 1;
      return Array.from({ length: count }, (_, index) => (first + index) % dayNames.length);
    });
  return [...new Set(days)].sort();
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
