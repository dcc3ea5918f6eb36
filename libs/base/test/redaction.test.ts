import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  luhn,
  luhnDigit,
  maskCardNumbers,
  maskCardNumbersIn,
  maskDigits,
  maskLongNumbers,
  maskPan,
  quoted,
  redactText,
  replaceUnprintable,
  SeededRandom,
  visible,
} from '../src/index.ts';

const digits = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => list.join(''));
const mastercard = digits(13).map((rest) => `52${rest}${luhnDigit(`52${rest}`)}`);
const anyCard = fc
  .integer({ min: 11, max: 18 })
  .chain((length) => digits(length).map((body) => body + luhnDigit(body)));

const scripts = [0x30, 0x660, 0x6f0, 0x966, 0xe50, 0xff10, 0x1d7ce, 0x1d7ec, 0x1fbf0];
const circled = ['⓪', '①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨'];
const separators = [
  '',
  ' ',
  '-',
  '.',
  '/',
  '_',
  ',',
  ' - ',
  '\u00a0',
  '\u2011',
  '\u200b',
  '\u202e',
  '\t',
  '\n',
  '+',
  '|',
];

/** Every digit in the text, in ASCII, whatever script it is in and however it is encoded. */
function digitsOf(text: string): string {
  let decoded = text;
  for (let round = 0; round < 3; round++)
    decoded = decoded.replace(/(?:%[\da-f]{2})+/gi, (bytes) =>
      Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
    );
  return decoded
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, (digit) => {
      const zero = scripts.find(
        (first) => (digit.codePointAt(0) ?? 0) - first < 10 && (digit.codePointAt(0) ?? 0) >= first,
      );
      return String((digit.codePointAt(0) ?? 0) - (zero ?? 0));
    })
    .replace(/[^\d*]/g, '');
}

describe('maskCardNumbers', () => {
  it('masks a number in its place, whichever separators it is written with', () => {
    expect(
      maskCardNumbers('card 5186001700009726, or 5186 0017 0000 9726; not 5186001700009725 or 12345'),
    ).toBe('card 518600******9726, or 5186 00** **** 9726; not 5186001700009725 or 12345');
  });

  it('hides at least six digits of a Mastercard number in any script, with any separators and inside any words', () => {
    const spelt = fc.tuple(
      mastercard,
      fc.constantFrom(...scripts),
      fc.constantFrom(...separators),
      fc.boolean(),
    );
    const around = fc.stringMatching(/^[a-z ]{0,5}$/);
    fc.assert(
      fc.property(spelt, around, around, ([pan, zero, separator, encoded], before, after) => {
        const number = Array.from(
          pan,
          (digit, index) =>
            (index % 4 === 0 && index > 0 ? separator : '') + String.fromCodePoint(zero + Number(digit)),
        ).join('');
        const text = before + (encoded ? encodeURIComponent(number) : number) + after;
        const shown = digitsOf(maskCardNumbers(text)).replaceAll('*', '');
        expect(shown.length).toBeLessThanOrEqual(10);
      }),
    );
  });

  it('hides a card number of every length and issuer', () => {
    fc.assert(
      fc.property(anyCard, (pan) => {
        expect(maskCardNumbers(`of ${pan}.`)).not.toContain(pan);
      }),
    );
  });

  it('hides a number that is written digit by digit, or in circled digits', () => {
    expect(maskCardNumbers('4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1')).toBe('4 1 1 1 1 1 * * * * * * 1 1 1 1');
    const pan = Array.from('5186001700009726', (digit) => circled[Number(digit)] ?? '').join('');
    expect(maskCardNumbers(pan)).toBe(`${pan.slice(0, 6)}******${pan.slice(-4)}`);
  });

  it('hides a Mastercard number with other digits around it', () => {
    expect(maskCardNumbers('9995186001700009726999')).not.toContain('00170000');
    expect(maskCardNumbers('9 5186001700009726')).toBe('9 518600******9726');
    expect(maskCardNumbers('99 95 1860 0170 0009 726')).toMatch(/^99 95 18[*60]{2} [*0]\*{3} \*{3}9 726$/);
  });

  it('hides one in a text that is percent-encoded, once or several times', () => {
    expect(maskCardNumbers('/cards?pan=%205186001700009726&of=x')).toBe(
      '/cards?pan=%20518600******9726&of=x',
    );
    expect(maskCardNumbers('?of=5186%200017%200000%2D9726%0A')).toMatch(
      /^\?of=5186%20[*0]{2}\*{2}%[*20]{2}\*{4}%2D9726%0A$/,
    );
    expect(maskCardNumbers('5186%25200017%25200000%25209726')).not.toMatch(/0017.*0000/);
    expect(maskCardNumbers('%35%31860017%3000009726')).toMatch(/^%35%318600\*{6,8}9726$/);
    // What only looks encoded hides nothing either.
    for (const text of ['%A5186001700009726', '%C35186001700009726', '%5186001700009726'])
      expect(maskCardNumbers(text)).not.toMatch(/001700/);
  });

  it.each([
    'batch 3f250411-4f89-81d3-9a0c-030582003301 of intake 00112233445566778899aabbccddee12',
    'enr-3f250411-4f89-41d3-9a0c-030582003301-7 and intake_00112233445566778899aabbccddee12',
    'key 20250101000004-sandbox-fpan-encryption-src-mastercard-int',
    'seen 2026-11-26 17:12:19.123, from 192.168.100.200:54321',
    '250 of 1,000 rows, 12 rejected; 998 sent',
  ])('leaves ids and times readable: %s', (text) => expect(maskCardNumbers(text)).toBe(text));

  it('leaves every id of the usual shapes readable', () => {
    const random = new SeededRandom(7);
    const hex = (length: number): string =>
      Buffer.from(random.bytes(length)).toString('hex').slice(0, length);
    for (let round = 0; round < 5000; round++) {
      const uuid = `${hex(8)}-${hex(4)}-8${hex(3)}-a${hex(3)}-${hex(12)}`;
      const text = `intake a${hex(31)}, batch ${uuid}, key 20250${1 + random.below(9)}0${1 + random.below(9)}${random.digits(6)}-src`;
      expect(maskCardNumbers(text)).toBe(text);
    }
  });

  it('never changes a text without twelve digits, and never lengthens one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const masked = maskCardNumbers(text);
        expect(masked.length).toBeLessThanOrEqual(text.length);
        const few = (text.match(/[\p{N}%]/gu) ?? []).length < 12;
        expect(few && masked !== text).toBe(false);
      }),
    );
  });
});

describe('maskLongNumbers and maskDigits', () => {
  it('mask a damaged number, which passes no check', () => {
    expect(maskLongNumbers('pan 5186-0017-0000-9725 and 12345')).toBe('pan 5186-00**-****-9725 and 12345');
    expect(maskDigits('5186x0017y0000z9725')).toBe('5186x00**y****z9725');
    expect(maskDigits('5186 0017')).toBe('**** ****');
  });
});

describe('maskPan', () => {
  it('shows the first six and the last four digits', () => {
    expect(maskPan('5186001700009726')).toBe('518600******9726');
    expect(maskPan('501800000009')).toBe('501800**0009');
  });
  it('shows nothing of what is too short to hide anything', () =>
    expect(maskPan('12345678901')).toBe('***********'));
});

describe('luhn', () => {
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

describe('redactText', () => {
  it.each([
    ['card 5186001700009726 is no card', 'card [number] is no card'],
    ['5186 0017 0000 9726', '[number]'],
    ['5186-0017-0000-9726', '[number]'],
    ['5186\u20110017\u00a00000.9726', '[number]'],
    ['pan=5186001700009726123,', 'pan=[number],'],
    ['99995186001700009726', '[number]'],
    ['x5186001700009726y', 'x[number]y'],
    ['pan%3D5186%200017%200000%209726', 'pan%3D[number]'],
    ['٥١٨٦٠٠١٧٠٠٠٠٩٧٢٦', '[number]'],
    ['batch 500123 of 2026-11-22', 'batch 500123 of 2026-11-22'],
    ['correlation 3f250411-4f89-41d3-9a0c-030582003301', 'correlation 3f250411-4f89-41d3-9a0c-030582003301'],
    ['to jane.doe@example.com!', 'to [e-mail]'],
    ['to jane%40example.com or jane＠example.com', 'to [e-mail] or [e-mail]'],
    ['token eyJhbGciOiJSU0EtT0FFUC0yNTYifQ.AA.BB.CC.DD end', 'token [token] end'],
    [`key ${'MIIE'.repeat(30)}`, 'key [token]'],
    ['two\r\nlines\u001b[31m and\u202ea trick\u2028', 'two lines [31m and a trick'],
    ['x y '.repeat(100), `${'x y '.repeat(100).slice(0, 299)}…`],
    ['complianceSettings.privacy.latestVersionUri', 'complianceSettings.privacy.latestVersionUri'],
    [`${'!'.repeat(2392)}5186001700009726`, `${'!'.repeat(299)}…`],
    [`${'a@b '.repeat(598)}5186001700009726`, `${'[e-mail] '.repeat(60).slice(0, 299)}…`],
  ])('makes the text safe to repeat: %j', (text, clean) => expect(redactText(text)).toBe(clean));

  it('leaves no run of twelve digits, no address and no control character, whatever the text', () => {
    const piece = fc.oneof(
      mastercard,
      fc.constantFrom('jane@example.com', 'eyJhbGciOiJub25lIn0.x.y', '\u001b[2J', '\u202e', ' ', '%20', '-'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = redactText(pieces.join(''));
        expect(text.length).toBeLessThanOrEqual(300);
        expect(text).not.toMatch(/\d(?:[ -]?\d){11}|eyJ\w{4}|[a-z]@[a-z]|[\p{Cc}\u202e]/u);
      }),
    );
  });
});

describe('texts for a terminal', () => {
  it('show control, direction and format characters as dots, and keep lines, tabs and joiners', () => {
    expect(visible('a\u001b[31m\u202eb\u061c\ufeff\u009b\ud800\tc\nd می\u200cخواهم')).toBe(
      'a·[31m·b····\tc\nd می\u200cخواهم',
    );
    expect(replaceUnprintable('a\r\nb', '\ufffd')).toBe('a\ufffd\ufffdb');
  });

  it('quote a name of the input: short, printable, without a card number', () => {
    expect(quoted('pan\u0007"x"')).toBe('"pan??x?"');
    expect(quoted('5186001700009726')).toBe('"518600******9726"');
    expect(quoted(`${'x'.repeat(30)}5186001700009726`)).toBe(`"${'x'.repeat(30)}518600****…"`);
  });
});

describe('maskCardNumbersIn', () => {
  it('masks the texts of a value at any depth and keeps its numbers', () => {
    expect(maskCardNumbersIn({ a: ['of 5186001700009726'], at: 1_764_177_139_000, b: { c: null } })).toEqual({
      a: ['of 518600******9726'],
      at: 1_764_177_139_000,
      b: { c: null },
    });
  });
});

describe('hostile texts of a hundred thousand characters', () => {
  it.each([
    'a.',
    '1 ',
    '@',
    'a',
    '\u0000',
    '%',
    '%31',
    '%25',
    '1',
    '5186001700009726 ',
    '%C3',
    '0a',
    '1.',
    'eyJ.',
    '"',
    '20250101',
  ])(
    'made of %j are read once',
    (piece) => {
      const text = piece.repeat(100_000 / piece.length);
      for (const read of [maskCardNumbers, maskLongNumbers, redactText, visible, quoted])
        expect(read(text).length).toBeLessThanOrEqual(text.length + 2);
    },
    30_000,
  );
});
