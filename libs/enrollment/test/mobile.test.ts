import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { surelyMobile } from '../src/validation/numbering-plan.ts';

/** The fast lane says nothing, or what the library says. */
function agrees(digits: string): boolean {
  const sure = surelyMobile(digits);
  return sure === undefined || isDeepStrictEqual(sure, asked(digits));
}

/** What the library says, in the form of the fast lane. */
function asked(digits: string): { countryCode: string; number: string } | undefined {
  const parsed = parsePhoneNumberFromString(`+${digits}`);
  return parsed?.isValid()
    ? { countryCode: parsed.countryCallingCode, number: parsed.nationalNumber }
    : undefined;
}

const exampleNumbers = getCountries().flatMap(
  (country) => getExampleNumber(country, examples)?.number.slice(1) ?? [],
);

it('agrees with the library on the example number of every country', () => {
  expect(exampleNumbers.length).toBeGreaterThan(200);
  expect(exampleNumbers.filter((digits) => !agrees(digits))).toEqual([]);
});

it('is the lane that nearly all countries take', () => {
  const slow = exampleNumbers.filter((digits) => !surelyMobile(digits));
  expect(slow.length).toBeLessThan(exampleNumbers.length / 20);
});

it('never calls a number valid, or splits it, otherwise than the library', () => {
  const callingCodes = [...new Set(getCountries().map((country) => getCountryCallingCode(country)))];
  const digit = fc.integer({ min: 0, max: 9 }).map(String);
  const invented = fc
    .tuple(fc.constantFrom(...callingCodes, '0', '999'), fc.array(digit, { maxLength: 15 }))
    .map(([code, rest]) => code + rest.join(''));
  const changed = fc
    .tuple(fc.constantFrom(...exampleNumbers), fc.nat(14), digit)
    .map(([number, at, other]) => number.slice(0, at) + other + number.slice(at + 1));
  const outcome = fc.check(fc.property(fc.oneof(invented, changed), agrees), { numRuns: 20_000 });
  expect(outcome.counterexample).toBeNull();
});
