/** How a column writes its expiries. */
export interface ExpiryFormat {
  /** As it was set: `YYMM`, `DD.MM.YYYY`. */
  readonly name: string;
  /** With the groups `year` and `month`. */
  readonly pattern: RegExp;
}

/**
 * Compiles a format: `YYYY` or `YY` once, `MM` once, `DD` at most once, and signs between them; `date` is
 * `YYYY-MM-DD`. Undefined when it is no format.
 */
export function expiryFormatOf(name: string): ExpiryFormat | undefined {
  const form = name === 'date' ? 'YYYY-MM-DD' : name;
  const parts = form.split(/(YYYY|YY|MM|DD)/);
  const places = parts.filter((_, index) => index % 2 === 1).map((part) => part.slice(0, 2));
  if (new Set(places).size !== places.length || !places.includes('YY') || !places.includes('MM'))
    return undefined;
  if (parts.some((part, index) => index % 2 === 0 && !/^[-/. ]?$/.test(part))) return undefined;
  const source = parts.map((part, index) =>
    index % 2 === 0 ? part.replace(/[-/.]/, '\\$&') : (groups[part] ?? ''),
  );
  return { name, pattern: new RegExp(`^${source.join('')}$`) };
}

const groups: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<year>\\d{2})',
  MM: '(?<month>\\d{2})',
  DD: '\\d{2}',
};
