import addFormats from 'ajv-formats/dist/formats.js';

/**
 * The formats whose meaning is a standard's. A format that is not here is opaque: it says something, nobody
 * knows what.
 */

/** What is known of one format. */
export interface Format {
  /** Which values it speaks of. */
  readonly on: 'string' | 'number';
  /** True when a value of that kind has the format. */
  readonly accepts: (value: string | number) => boolean;
  /** Values that have the format, the simplest first. */
  readonly samples: readonly (string | number)[];
  /** Other formats that every such value has too. */
  readonly implies: readonly string[];
  /** Bounds of length in code points. */
  readonly length?: readonly [number, number];
  /** A pattern that every such string matches; others may, too. */
  readonly pattern?: string;
}

/** Formats that only say how to show or store a value. */
export const silentFormats: ReadonlySet<string> = new Set(['password', 'double']);

type Rule = RegExp | ((text: string) => boolean);
type Row = readonly [
  samples: readonly string[],
  implies?: readonly string[],
  length?: readonly [number, number],
];

const rows: Readonly<Record<string, Row>> = {
  'date-time': [['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.678+09:00'], ['iso-date-time'], [20, 64]],
  date: [['2026-01-02', '1999-12-31'], [], [10, 10]],
  time: [['03:04:05Z', '03:04:05.678+09:00'], ['iso-time']],
  duration: [['P1D', 'PT1H30M']],
  email: [['a@example.com', 'first.last+tag@sub.example.org'], ['idn-email'], [3, Number.POSITIVE_INFINITY]],
  'idn-email': [['a@example.com', 'é@example.com']],
  hostname: [['example.com', 'a'], ['idn-hostname'], [1, 254]],
  'idn-hostname': [['example.com', 'é.example']],
  ipv4: [['192.0.2.1', '0.0.0.0'], [], [7, 15]],
  ipv6: [['2001:db8::1', '::'], [], [2, 45]],
  uri: [
    ['https://example.com/', 'urn:a:b'],
    ['uri-reference', 'iri', 'iri-reference'],
    [2, Number.POSITIVE_INFINITY],
  ],
  url: [['https://example.com/'], ['uri', 'uri-reference', 'iri', 'iri-reference']],
  'uri-reference': [['/a', 'a', ''], ['iri-reference']],
  iri: [['https://example.com/é', 'https://example.com/'], ['iri-reference']],
  'iri-reference': [['/é', 'a']],
  'uri-template': [['/a/{b}']],
  uuid: [['00000000-0000-4000-8000-000000000000'], [], [36, 45]],
  'json-pointer': [['/a', '']],
  'relative-json-pointer': [['0', '1/a']],
  regex: [['^a$']],
};

/** What all strings of a format look like. */
const forms: Readonly<Record<string, string>> = {
  'date-time': '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt\\s][0-9]{2}:[0-9]{2}:[0-9]{2}[^a]*$',
  date: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  time: '^[0-9]{2}:[0-9]{2}:[0-9]{2}[^a]*$',
  duration: '^P[0-9YMWDTHS]+$',
  email: '^[!-?A-~]+@[A-Za-z0-9.-]+[.][A-Za-z0-9-]+$',
  hostname: '^[A-Za-z0-9.-]+$',
  ipv4: '^[0-9]{1,3}([.][0-9]{1,3}){3}$',
  ipv6: '^[0-9a-fA-F:.]+$',
  uri: '^[A-Za-z][A-Za-z0-9+.-]*:[!-~]*$',
  url: '^[A-Za-z]+:',
  uuid: '^([Uu][Rr][Nn]:[Uu][Uu][Ii][Dd]:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
};

const own: Readonly<Record<string, Rule>> = {
  'idn-email': /^[^\s@]+@[^\s@]+$/,
  'idn-hostname': /^[^\s/@:]+$/,
  iri: /^[a-z][a-z0-9+.-]*:\S*$/i,
  'iri-reference': /^\S*$/,
  regex: isExpression,
};

const numbers: Readonly<
  Record<string, { readonly min: number; readonly max: number; readonly integer: boolean }>
> = {
  int8: { min: -128, max: 127, integer: true },
  uint8: { min: 0, max: 255, integer: true },
  int16: { min: -32_768, max: 32_767, integer: true },
  uint16: { min: 0, max: 65_535, integer: true },
  int32: { min: -2_147_483_648, max: 2_147_483_647, integer: true },
  uint32: { min: 0, max: 4_294_967_295, integer: true },
  // The nearest doubles inside the range: 2^63 and 2^64 themselves are outside.
  int64: { min: -9_223_372_036_854_775_808, max: 9_223_372_036_854_774_784, integer: true },
  uint64: { min: 0, max: 18_446_744_073_709_549_568, integer: true },
  float: { min: -3.402_823_466_385_288_6e38, max: 3.402_823_466_385_288_6e38, integer: false },
};

/** The bounds a numeric format sets, if it is one. */
export function numericFormat(
  name: string,
): { readonly min: number; readonly max: number; readonly integer: boolean } | undefined {
  return Object.hasOwn(numbers, name) ? numbers[name] : undefined;
}

/** What is known of a format of strings, if anything. */
export function stringFormat(name: string): Format | undefined {
  return known.get(name);
}

/** Every known format of strings. */
export function stringFormats(): ReadonlyMap<string, Format> {
  return known;
}

const known: ReadonlyMap<string, Format> = new Map(
  Object.entries(rows).map(([name, [samples, implies = [], length]]) => {
    const rule = own[name] ?? standard(name);
    const accepts = (value: string | number): boolean =>
      typeof value !== 'string' || (rule instanceof RegExp ? rule.test(value) : rule(value));
    const pattern = forms[name];
    return [
      name,
      {
        on: 'string',
        accepts,
        samples,
        implies,
        ...(length === undefined ? {} : { length }),
        ...(pattern === undefined ? {} : { pattern }),
      },
    ];
  }),
);

/** As ajv-formats has it, in its full mode. */
function standard(name: string): Rule {
  const formats = addFormats.fullFormats as Readonly<Record<string, unknown>>;
  const found = formats[name];
  if (found instanceof RegExp) return found;
  if (typeof found === 'function') return (text) => found(text) === true;
  const validate =
    typeof found === 'object' && found !== null && 'validate' in found ? found.validate : undefined;
  if (typeof validate === 'function') return (text) => validate(text) === true;
  throw new TypeError(`there is no rule for the format ${name}`);
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
