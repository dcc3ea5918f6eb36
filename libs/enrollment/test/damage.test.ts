import { describe, expect, it } from 'vitest';
import { type RawRecord, type ValidationErrorCode } from '@enrollkit/enrollment';
import { toRecord } from '@enrollkit/enrollment/validation';
import { context, goodRow } from './sample-row.ts';

type Changes = RawRecord;

function codesOf(changes: Changes): { errors: string[]; warnings: string[] } {
  const verdict = toRecord({ ...goodRow, ...changes }, context);
  const name = ({ field, code }: { field: string; code: string }): string => `${field} ${code}`;
  return verdict.errors
    ? { errors: verdict.errors.map(name), warnings: [] }
    : { errors: [], warnings: (verdict.warnings ?? []).map(name) };
}

/** UTF-8 bytes read in another encoding. */
function misread(text: string, label: string): string {
  return new TextDecoder(label).decode(Buffer.from(text));
}

/** As Node's Latin-1 does: the bytes 80 to 9F become control characters. */
function misreadAsLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

const twice = (text: string): string => misread(misread(text, 'windows-1252'), 'windows-1252');

const people = [
  'Zoë',
  'José',
  'Núñez',
  'Müller',
  'STRASSE',
  'STRAẞE',
  'Özil',
  'Ünal',
  'Émile',
  'Škoda',
  'Žižka',
  'Łukasz',
  'Álvaro',
  'Çelik',
  'Ärmel',
  'Åse',
  'Đorđe',
  'Ștefan',
  'Brăila',
  'Țepeș',
  'Dvořák',
  'Příšerný',
  'ŠÍŽEK',
  'JIŘÍ',
  'MÍŠEK',
  'TOMÁŠ',
  'BÝŠ',
  'ÉŽE',
  'Ørsted',
  'Þórður',
  'Ægir',
  'Guðrún',
  'Ó Súilleabháin',
  "O'Brien",
  'O’Neill',
  'D’Àvila',
  "'t Hooft",
  "'s-Gravesande",
  'Nguyễn',
  'Đặng',
  'Ελένη',
  'Παπαδόπουλος',
  'Ιωάννης',
  'Иванов',
  'Пётр',
  'Сёмин',
  'Рівне',
  'Ольга',
  'Семён',
  'Євген',
  'Їжакевич',
  'Ґалаґан',
  'Шевченко',
  'Гёте',
  'Вячеслав',
  'Ђоковић',
  'Ќосев',
  'Қасым',
  'Ўлмас',
  'محمد',
  'فاطمة',
  'כהן',
  '민준',
  '김',
  '陳',
  '王小明',
  'さくら',
  'タロウ',
  'प्रिया',
  'সুমন',
  'சுந்தரம்',
  'สมชาย',
  'გიორგი',
  'Հայկ',
  'Null',
  'Nan',
  'Nil',
  'None',
  'Test',
  'Na',
  'Li',
  'Xi',
  'Xu',
  'Yu',
  'O',
  'Nina',
  'Tom',
  'Thomas',
  'Nicole',
  'Ulla',
  'Xaver',
  'Nat',
  'Tat',
  'McDonald',
  'van der Berg',
  'Smith-Jones',
  'St. John',
  'Jr.',
  'Mª José',
  'Nº',
  'Ana Mª',
  'IRMÃ',
  'NGUYỄN LÃM',
  'Åen',
  'Åsa',
  'Ângela',
  'MAGALHÃES',
  'JOÃO',
  'SÃO',
  'AÇÃO',
  'Conceição',
  'GONÇALVES',
  'Ragnheiður',
  'ÍSLEIFUR',
  'Õunapuu',
  'Šmuk',
  'Žukauskas',
  'ČIURLIONIS',
  'Kvašňák',
  'ÄÖÜ',
  'ÉÈÊ',
  'İstanbul',
  'IŞIK',
  'ĞÜLŞEN',
  'Gümüşhane',
  'Kızılırmak',
  'L’Haÿ-les-Roses',
  'Bjørk',
  'Sjöström',
] as const;

describe('a real name', () => {
  it.each(people)('is not rejected: %s', (name) => {
    const fields = ['firstName', 'lastName', 'cardholderName'] as const;
    const places = name === 'Null' ? [] : (['addressLine1', 'city'] as const);
    for (const field of [...fields, ...places]) expect(codesOf({ [field]: name }).errors).toEqual([]);
  });

  it('is warned of in few cases only', () => {
    const warned = people.filter((lastName) => codesOf({ lastName }).warnings.length > 0);
    expect(warned).toEqual(['Null', 'Nan', 'Nil', 'None', 'Test']);
  });
});

describe('a person whose first and last name are words for none', () => {
  it.each([
    ['NULL', 'null'],
    ['TEST', 'TEST'],
    ['x', 'Unknown'],
  ])('is nobody, and rejected: %s %s', (firstName, lastName) => {
    expect(codesOf({ firstName, lastName }).errors).toEqual(['lastName TEXT_NO_VALUE']);
    expect(codesOf({ firstName }).errors, 'one of the two may be a name').toEqual([]);
  });
});

describe('an address that looks odd', () => {
  it.each([
    ['addressLine1', 'Calle Mayor 3, 2º B'],
    ['addressLine1', '12-14'],
    ['addressLine1', '1.OG'],
    ['addressLine1', '#12-04 Marine Parade'],
    ['addressLine1', 'C/O A&B Ltd. & Sons; Floor 2'],
    ['addressLine1', 'Room 5+6'],
    ['addressLine1', '100% Street'],
    ['addressLine1', 'Unit "B"'],
    ['addressLine1', 'Tower = East'],
    ['addressLine1', '〒100-0001 東京都千代田区1-2-3'],
    ['addressLine2', '2. OG'],
    ['city', "'s-Hertogenbosch"],
    ['city', "L'Aquila"],
    ['city', 'Y'],
    ['city', 'Å'],
    ['city', 'Nan'],
    ['state', 'NA'],
    ['state', 'NSW'],
  ] as const)('is not rejected: %s %s', (field, value) => {
    expect(codesOf({ [field]: value }).errors).toEqual([]);
  });
});

/** Every kind of damage, on one text or many: what it does, and the code that names it. */
const kinds: readonly [kind: string, code: ValidationErrorCode, damaged: readonly string[]][] = [
  [
    'UTF-8 read as Latin-1',
    'TEXT_DOUBLE_ENCODED',
    ['Müller', 'Özil', 'Łukasz', 'Иван', 'Παύλος', 'Škoda', 'Nguyễn', '陳'].map(misreadAsLatin1),
  ],
  [
    'UTF-8 read as Windows-1252',
    'TEXT_DOUBLE_ENCODED',
    [
      'Müller',
      'STRAẞE',
      'Özil',
      'Ünal',
      'Émile',
      'Škoda',
      'Žižka',
      'Çelik',
      'Åse',
      'Пётр',
      'Ελένη',
      'O’Neill',
      'Ștefan',
      'Nguyễn',
      '中村',
      'Δήμητρα',
      'İnce',
      'FRANÇOIS',
      'ĞÜL',
    ].map((text) => misread(text, 'windows-1252')),
  ],
  [
    'UTF-8 read as Windows-1252, and bytes dropped that it has no character for',
    'TEXT_DOUBLE_ENCODED',
    ['Álvaro', 'Łukasz', 'ŁUKASZ', 'Łoś', 'García', 'Nicolà', 'María', 'Łazarz'].map((text) =>
      misread(text, 'windows-1252').replace(/[\u0080-\u00a0\u00ad]/g, ''),
    ),
  ],
  ['UTF-8 read as Windows-1252 twice', 'TEXT_DOUBLE_ENCODED', ['Müller', 'José', 'Özil'].map(twice)],
  [
    'UTF-8 read as Windows-1250',
    'TEXT_DOUBLE_ENCODED',
    ['Müller', 'Zoë', 'René', 'Jörg'].map((text) => misread(text, 'windows-1250')),
  ],
  [
    'UTF-8 read as Windows-1251',
    'TEXT_DOUBLE_ENCODED',
    ['Müller', 'Иванов', 'Ольга', 'Пётр'].map((text) => misread(text, 'windows-1251')),
  ],
  [
    'UTF-8 read as Mac Roman',
    'TEXT_DOUBLE_ENCODED',
    ['Müller', 'José', 'Zoë'].map((text) => misread(text, 'macintosh')),
  ],
  ['UTF-8 read as code page 437', 'TEXT_DOUBLE_ENCODED', ['M├╝ller', 'Jos├⌐']],
  ['a letter that became U+FFFD', 'TEXT_ENCODING', ['M\ufffdller']],
  ['a letter that became a question mark', 'TEXT_QUESTION_MARK', ['M?ller', 'Jos?', '?zil', 'K??ln']],
  ['an HTML entity', 'TEXT_HTML_ENTITY', ['M&uuml;ller', 'O&#39;Neill', 'O&#x27;Neill', 'Smith &amp; Son']],
  ['markup', 'TEXT_MARKUP', ['<b>Anna</b>', 'Anna<br/>', '<![CDATA[Anna]]>']],
  ['a JSON escape', 'TEXT_ESCAPED', ['M\\u00fcller', "O\\'Neill", 'Anna\\n']],
  ['percent encoding', 'TEXT_ESCAPED', ['M%C3%BCller', 'Anna%20Maria', 'M%FCller']],
  ['quoted-printable', 'TEXT_ESCAPED', ['M=C3=BCller', 'M=FCller', '=?UTF-8?Q?M=C3=BCller?=']],
  ['UTF-7', 'TEXT_ESCAPED', ['M+APw-ller']],
  ['a spreadsheet formula', 'TEXT_SPREADSHEET_MARK', ['="Anna"', '=HYPERLINK("x")']],
  ['double quotes kept as text', 'TEXT_QUOTED', ['"Anna"']],
  ['a spreadsheet error', 'TEXT_NO_VALUE', ['#N/A', '#VALUE!', '#REF!', '#NAME?', '#DIV/0!', '########']],
  [
    'a word for none',
    'TEXT_NO_VALUE',
    ['(null)', '<null>', '\\N', 'undefined', 'N/A', 'n/a', 'NaN', '[object Object]'],
  ],
  ['a number as a float', 'TEXT_FLOAT', ['4711.0', '12,0']],
  ['a number in scientific notation', 'TEXT_SCIENTIFIC', ['1.23457E+11', '5E+10', '4.7E11']],
  [
    'a card number',
    'TEXT_HOLDS_PAN',
    ['Anna 5204731600014784', 'Anna 5204-7316-0001-4784', '٥٢٠٤٧٣١٦٠٠٠١٤٧٨٤ Anna', '5204 7316 0001 4784 x'],
  ],
  ['a private use character', 'TEXT_SYMBOLS_LOST', ['An\ue000na']],
  ['a control character', 'TEXT_CONTROL', ['An\u0007na', 'Anna\u202e']],
];

describe.each(kinds)('%s', (_kind, code, damaged) => {
  it.each(damaged)('is rejected by name in every text: %j', (text) => {
    for (const field of ['firstName', 'lastName', 'cardholderName', 'addressLine1', 'city'] as const) {
      if (code === 'TEXT_QUESTION_MARK' && field === 'addressLine1') continue;
      expect(codesOf({ [field]: text }).errors).toEqual([`${field} ${code}`]);
    }
  });
});
