import { sampleColumns, type SampleFields, type SampleSettings } from './fields.ts';

/** One way to spoil a good row, and the one fault the row has then. */
export interface InvalidRowKind {
  readonly field: string;
  readonly code: string;
  /** The fields that get another value. */
  readonly change?: (fields: SampleFields) => Partial<SampleFields>;
  /** What is done to the row as it is written, line end excluded. */
  readonly damage?: (line: string) => string | Buffer;
}

function changing(
  field: keyof SampleFields,
  code: string,
  value: string | ((fields: SampleFields) => string),
): InvalidRowKind {
  return {
    field,
    code,
    change: (fields) => ({ [field]: typeof value === 'string' ? value : value(fields) }),
  };
}

function damaging(
  code: string,
  damage: (line: string) => string | Buffer,
  field: string = 'row',
): InvalidRowKind {
  return { field, code, damage };
}

const inFields: readonly InvalidRowKind[] = [
  changing('externalConsumerId', 'FIELD_MISSING', ' '),
  changing('externalConsumerId', 'ID_CHARACTERS', 'consumer 7/b'),
  changing('externalCardId', 'TEXT_TOO_LONG', 'k'.repeat(65)),
  changing('externalCardId', 'ID_HOLDS_PAN', ({ pan }) => `card-${pan}`),
  changing('pan', 'FIELD_MISSING', ''),
  changing('pan', 'PAN_SEPARATORS', ({ pan }) => pan.replace(/(.{4})(?=.)/g, '$1 ')),
  changing('pan', 'PAN_SCIENTIFIC', '5.20473E+15'),
  changing('pan', 'PAN_MASKED', ({ pan }) => `${pan.slice(0, 6)}XXXXXX${pan.slice(-4)}`),
  changing('pan', 'PAN_NOT_DIGITS', ({ pan }) => `${pan.slice(0, 15)}O`),
  changing('pan', 'PAN_LENGTH', ({ pan }) => pan.slice(0, 11)),
  changing('pan', 'PAN_LUHN', ({ pan }) => pan.slice(0, 15) + ((Number(pan[15]) + 1) % 10)),
  changing('pan', 'PAN_REPEATED', '0000000000000000'),
  changing('expiry', 'EXPIRY_FORMAT', 'Dec-29'),
  changing('expiry', 'EXPIRY_MONTH', '13/29'),
  changing('expiry', 'EXPIRY_PAST', '12/19'),
  changing('expiry', 'EXPIRY_FAR', '12/2999'),
  changing('firstName', 'NAME_NO_LETTER', '4711'),
  changing('lastName', 'TEXT_TOO_LONG', 'ä'.repeat(257)),
  changing('lastName', 'TEXT_CONTROL', ({ lastName }) => `${lastName}\u0007x`),
  changing('firstName', 'TEXT_ENCODING', 'Jos\ufffd'),
  changing('city', 'TEXT_DOUBLE_ENCODED', 'MÃ¼nchen'),
  changing('email', 'EMAIL_SHAPE', 'cardholder.example.com'),
  changing('email', 'TEXT_TOO_LONG', `a@${'example.'.repeat(40)}com`),
  changing('mobile', 'MOBILE_COUNTRY_CODE_MISSING', '0151 12345678'),
  changing('mobile', 'MOBILE_CHARACTERS', '+49 151 12345678 ext 2'),
  changing('mobile', 'MOBILE_COUNTRY_CODE_UNKNOWN', '+999123456789'),
  changing('mobile', 'MOBILE_TOO_SHORT', '+1212555'),
  changing('mobile', 'MOBILE_TOO_LONG', '+12125550100000'),
  changing('mobile', 'MOBILE_INVALID', '+10005550100'),
  changing('country', 'COUNTRY_CASE', 'de'),
  changing('country', 'COUNTRY_ALPHA3', 'DEU'),
  changing('country', 'COUNTRY_UNKNOWN', 'UK'),
  changing('language', 'LANGUAGE_CASE', 'DE'),
  changing('language', 'LANGUAGE_ALPHA3', 'deu'),
  changing('language', 'LANGUAGE_UNKNOWN', 'cz'),
  changing('addressLine1', 'FIELD_MISSING', '\u00a0'),
  changing('addressLine1', 'TEXT_TOO_LONG', 'x'.repeat(76)),
  changing('postalCode', 'TEXT_TOO_LONG', '1'.repeat(17)),
  changing('city', 'TEXT_CONTROL', 'Ber\u202elin'),
];

const inRows: Readonly<Record<SampleSettings['format'], readonly InvalidRowKind[]>> = {
  csv: [
    damaging('ROW_COLUMNS', (line) => `${line},`),
    damaging('ROW_COLUMNS', (line) => line.slice(0, line.indexOf(','))),
    damaging('ROW_BLANK', () => ','.repeat(sampleColumns.length - 1)),
    damaging('ROW_ENCODING', (line) => withHalfLetter(line, ',')),
  ],
  ndjson: [
    damaging('ROW_NOT_JSON', (line) => line.slice(0, -1)),
    damaging('ROW_NOT_OBJECT', (line) => `[${line}]`),
    damaging('ROW_BLANK', () => '   '),
    damaging('ROW_ENCODING', (line) => withHalfLetter(line, ':"')),
    damaging('KEY_UNKNOWN', (line) => `${line.slice(0, -1)},"cvc":"000"}`),
    damaging('KEY_DUPLICATE', (line) => `${line.slice(0, -1)},"city":"x"}`),
    damaging('VALUE_NOT_TEXT', (line) => line.replace(/"pan":"(\d+)"/, '"pan":$1'), 'pan'),
  ],
};

/** Every kind of bad row that a file of this format can have. */
export function invalidRowKinds(format: SampleSettings['format']): readonly InvalidRowKind[] {
  return [...inFields, ...inRows[format]];
}

/** Puts the first byte of a UTF-8 `é` behind the first `sign`: the second was cut off. */
function withHalfLetter(line: string, sign: string): Buffer {
  const at = line.indexOf(sign) + sign.length;
  return Buffer.concat([Buffer.from(line.slice(0, at)), Buffer.from([0xc3]), Buffer.from(line.slice(at))]);
}
