/** Account numbers by their first digits and their length. */
export interface AccountRange {
  /** First digits of the lowest and of the highest number, of one length, 1 to 11 digits. */
  readonly from: string;
  readonly to: string;
  /** Fewest and most digits; default 12 and 19. */
  readonly min?: number;
  readonly max?: number;
}

/**
 * What belongs to the network: Mastercard's ranges (ISO/IEC 7812-1; 16 digits) and Maestro's. Which of them
 * take part in the programme is not documented: assumed.
 */
export const networkRanges = {
  ranges: [
    { from: '51', to: '55', min: 16, max: 16 },
    { from: '2221', to: '2720', min: 16, max: 16 },
    { from: '50', to: '50' },
    { from: '56', to: '58' },
    { from: '6304', to: '6304' },
    { from: '6390', to: '6390' },
    { from: '67', to: '67' },
  ],
  provenance: 'assumed',
} as const satisfies { readonly ranges: readonly AccountRange[]; readonly provenance: 'assumed' };

/** Test numbers that the networks and processors publish. */
const testNumbers: ReadonlySet<string> = new Set(
  `5555555555554444 5105105105105100 5200828282828210 5454545454545454 5431111111111111 5111111111111118
   5424000000000015 5500000000000004 5500005555555559 5555341244441115 5577000055770004 5555444433331111
   5136333333333335 5585558555855583 5555555555555557 5301250070000191 5413330089010434 5413330000000000
   2221000000000009 2222400070000005 2222405343248877 2222410740360010 2222990905257051 2223000048400011
   2223000048410010 2223003122003222 2223007648726984 2223016768739313 2223520043560014 2223577120017656
   2720992593319364 2720994326581252 2720995260046134 2720998837779594 6759649826438453 6763946698857905
   6771798021000008 6799990100000000019 5018723123433447 5000550000000029 6304000000000000 6011111111111117
   4111111111111111 4242424242424242 4012888888881881 4000000000000002 378282246310005 371449635398431`.split(
    /\s+/,
  ),
);

/** Whether the networks or a processor published the number for tests. */
export function isTestNumber(pan: string): boolean {
  return testNumbers.has(pan);
}

/** Compiles ranges into a predicate for PANs that are digits only. */
export function inRanges(ranges: readonly AccountRange[]): (pan: string) => boolean {
  return (pan) =>
    ranges.some(({ from, to, min = 12, max = 19 }) => {
      if (pan.length < min || pan.length > max) return false;
      const prefix = pan.slice(0, from.length);
      return prefix >= from && prefix <= to;
    });
}

/** The predicate of {@link networkRanges}: its first digit decides for nearly every number. */
export function isOfNetwork(pan: string): boolean {
  const first = pan.charCodeAt(0);
  const second = pan.charCodeAt(1);
  if (first === 0x35 && pan.length === 16 && second >= 0x31 && second <= 0x35) return true;
  return isOfRanges(pan);
}

const isOfRanges = inRanges(networkRanges.ranges);

/** Visa, Mastercard, American Express, Discover, JCB, Diners Club and UnionPay by first digits and length. */
const CARD =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|6(?:011|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}|62\d{14})$/;

/** Whether digits that pass the Luhn check have the shape of a network's card number. */
export function hasCardShape(digits: string): boolean {
  return CARD.test(digits);
}
