import metadata from 'libphonenumber-js/max/metadata';

/** Positions in the library's metadata arrays (its METADATA.md, format 4). */
const PATTERN = 2;
const LENGTHS = 3;
const PREFIX = 5;
const PREFIX_FOR_PARSING = 7;
const LEADING_DIGITS = 10;
const TYPES = 11;

/** The numbers of one country, as the library decides about them. */
interface Country {
  /** In a shared calling code: numbers that begin so are this country's. */
  readonly leading: RegExp | undefined;
  readonly general: RegExp;
  /** Its mobile numbers; undefined where it has none of its own. */
  readonly mobile: NumberType | undefined;
}

interface NumberType {
  readonly pattern: RegExp;
  readonly lengths: readonly number[];
}

/** A calling code with its patterns compiled once; the library compiles them anew for every number. */
interface Plan {
  readonly callingCode: string;
  readonly countries: readonly Country[];
  /** What the library would strip from the front of a national number. */
  readonly prefix: RegExp | undefined;
}

/** By calling code; null where there is none. */
const plans: (Plan | null | undefined)[] = [];
const CALLING_CODE_MAX = 999;

/** An international number, split. */
export interface SplitNumber {
  readonly countryCode: string;
  readonly number: string;
}

/**
 * Splits an international number (digits, no plus) when the library is sure to split it so and to call it a
 * valid mobile number. Undefined means only that the library must decide: this is a fast path to its
 * decision, not another one. (Calling it for every number would cost more than the rest of a row's validation
 * together.)
 */
export function surelyMobile(digits: string): SplitNumber | undefined {
  let callingCode = 0;
  for (let length = 1; length <= digits.length; length++) {
    callingCode = callingCode * 10 + digits.charCodeAt(length - 1) - 48;
    if (!(callingCode > 0 && callingCode <= CALLING_CODE_MAX)) return undefined;
    const plan = planOf(callingCode);
    if (!plan) continue;
    const number = digits.slice(length);
    return !plan.prefix?.test(number) && hasMobile(plan, number)
      ? { countryCode: plan.callingCode, number }
      : undefined;
  }
  return undefined;
}

/**
 * Whether a national number has the general form of the numbers of a calling code that one country has to
 * itself. The types of a plan may lag behind what is assigned; its general form hardly does.
 */
export function hasGeneralForm(callingCode: string, number: string): boolean {
  const plan = planOf(Number(callingCode));
  return plan?.countries.length === 1 && plan.countries[0]?.general.test(number) === true;
}

/** The first country that claims the number decides, as in the library. */
function hasMobile(plan: Plan, number: string): boolean {
  for (const country of plan.countries) {
    if (country.leading) {
      if (country.leading.test(number)) return isMobileOf(country, number);
    } else if (isMobileOf(country, number)) {
      return true;
    }
  }
  return false;
}

function isMobileOf({ general, mobile }: Country, number: string): boolean {
  return (
    mobile !== undefined &&
    mobile.lengths.includes(number.length) &&
    mobile.pattern.test(number) &&
    general.test(number)
  );
}

function planOf(callingCode: number): Plan | null {
  let plan = plans[callingCode];
  if (plan === undefined) {
    plan = compilePlan(String(callingCode));
    plans[callingCode] = plan;
  }
  return plan;
}

function compilePlan(callingCode: string): Plan | null {
  const codes = metadata.country_calling_codes[callingCode];
  const main = codes?.[0] && metadata.countries[codes[0]];
  if (!codes || !main) return null;
  const prefix: unknown = main[PREFIX_FOR_PARSING] || main[PREFIX];
  return {
    callingCode,
    countries: codes.map((code) => compileCountry(metadata.countries[code] ?? [])),
    prefix: typeof prefix === 'string' ? new RegExp(`^(?:${prefix})`) : undefined,
  };
}

function compileCountry(plan: readonly unknown[]): Country {
  const leading = plan[LEADING_DIGITS];
  return {
    leading: typeof leading === 'string' ? new RegExp(`^(?:${leading})`) : undefined,
    general: entire(String(plan[PATTERN])),
    mobile: mobileType(plan),
  };
}

/** A number type as the metadata holds it: its pattern, and its lengths where they are not the plan's. */
type TypeData = readonly [pattern?: string, lengths?: readonly number[]] | 0;

/**
 * An absent array is 0 in the metadata; a mobile type without a pattern means that fixed lines have the same
 * numbers.
 */
function mobileType(plan: readonly unknown[]): NumberType | undefined {
  const types = plan[TYPES];
  if (!Array.isArray(types)) return undefined;
  const [fixed, mobile] = types as readonly TypeData[];
  if (!mobile) return undefined;
  const type = mobile[0] ? mobile : fixed;
  return type && type[0]
    ? { pattern: entire(type[0]), lengths: type[1] || (plan[LENGTHS] as readonly number[]) }
    : undefined;
}

function entire(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
