import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhn, luhnDigit, mask, maskPansIn } from '@enrollkit/enrollment';

const digits = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => list.join(''));

describe('Luhn', () => {
  it.each(['79927398713', '4111111111111111', '5186001700009726'])('passes %s', (number) =>
    expect(luhn(number)).toBe(true),
  );
  it.each(['', '79927398710', '5186001700009725', '51860017000097 26', 'abc', '٧٩٩٢٧٣٩٨٧١٣'])(
    'fails %j',
    (number) => expect(luhn(number)).toBe(false),
  );

  it('finds every single wrong digit', () => {
    fc.assert(
      fc.property(digits(15), fc.nat(15), fc.integer({ min: 1, max: 9 }), (body, at, add) => {
        const number = body + luhnDigit(body);
        expect(luhn(number)).toBe(true);
        const wrong = number.slice(0, at) + ((Number(number[at]) + add) % 10) + number.slice(at + 1);
        expect(luhn(wrong)).toBe(false);
      }),
    );
  });
});

describe('masking', () => {
  it('shows the first six and the last four digits', () => {
    expect(mask('5186001700009726')).toBe('518600******9726');
    expect(mask('501800000009')).toBe('501800**0009');
  });

  it('shows nothing of what is too short to hide anything', () =>
    expect(mask('12345678901')).toBe('***********'));

  it('finds card numbers in any text, however they are grouped', () => {
    expect(maskPansIn('card 5186001700009726, or 5186 0017 0000 9726; not 5186001700009725 or 12345')).toBe(
      'card 518600******9726, or 518600******9726; not 5186001700009725 or 12345',
    );
  });

  it('hides one in a text that is percent-encoded', () => {
    expect(maskPansIn('/cards?pan=%205186001700009726&of=5186%200017%200000%2D9726%0A')).toBe(
      '/cards?pan=%20518600******9726&of=518600******9726%0A',
    );
    // What only looks encoded hides nothing either.
    expect(maskPansIn('%A5186001700009726 %C35186001700009726 %5186001700009726')).toBe(
      '%A518600******9726 %C3518600******9726 %518600******9726',
    );
  });

  it('hides a run of digits longer than a card number', () => {
    expect(maskPansIn('9995186001700009726999')).not.toContain('5186001700009726');
  });
});
