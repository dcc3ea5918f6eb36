import { maskCardNumbers } from '@enrollkit/base';
import type { FieldName } from '../raw-record.ts';
import { doubleEncodingIn } from './double-encoding.ts';
import type { ValidationErrorCode } from './messages.ts';
import { isSuspicious } from './suspicion.ts';

/** What a column holds, as far as the same signs mean different things in it. */
export type TextKind = 'name' | 'place' | 'address' | 'code';

/** A kind of damage: one row of the table. */
export interface DamageRule {
  /**
   * A `certain` code rejects the row; one that a real person could have warns. The message table says which.
   */
  readonly code: ValidationErrorCode;
  /** Where in the text it stands; -1 when it does not. */
  readonly find: (text: string, kind: TextKind) => number;
}

/** Names and places are full of letters; an address line may hold more. */
const isWordy = (kind: TextKind): boolean => kind === 'name' || kind === 'place';

const search =
  (pattern: RegExp, kinds?: (kind: TextKind) => boolean) =>
  (text: string, kind: TextKind): number =>
    kinds === undefined || kinds(kind) ? text.search(pattern) : -1;

/** What programs write for "no value". */
export const certainWords: ReadonlySet<string> = new Set(
  '#N/A;#N/A N/A;#NA;#VALUE!;#REF!;#NAME?;#DIV/0!;#NUM!;#NULL!;#SPILL!;#CALC!;#NV;#WERT!;#BEZUG!;(null);(NULL);<null>;<NULL>;\\N;undefined;NaN;N/A;n/a;#########;[object Object];(blank);<NA>;nullptr'.split(
    ';',
  ),
);
/** The word of databases; some people have it as their name. */
export const nullWord = /^null$/i;
/** The same, but people and places have these names, or an export has good reason to write them. */
const possibleWords = /^(?:none|nil|nan|test|unknown|x{1,9}|-{1,3}|\.{1,3}|0+|n\.a\.|tbd)$/i;

/**
 * The first half of a letter that was read as Windows-1252, its second having no character there and been
 * dropped (81, 8D, 8F, 90, 9D, and A0 and AD, a space and a hyphen that nobody sees): `Ãlvaro`, `GarcÃa`,
 * `Åukasz`. In no language stands a capital Ã or Â behind a small letter, Ã before a consonant at the
 * beginning of a word, or Å there before these.
 */
const halfMisread =
  /\p{Ll}[ÃÂ](?!\p{Lu})|(?<![\p{L}\p{M}])(?:Ã[b-df-hj-np-tv-z]|Å(?:[uo]\p{Ll}|a[pzckw]|[UO]\p{Lu}|A[PZCKW]))/u;

/**
 * Every kind of damage that a text can show, in the order in which they are looked for: the first that is
 * found is named. Corpora of real names of many languages pass all of them.
 */
export const damageRules: readonly DamageRule[] = [
  { code: 'TEXT_NO_VALUE', find: (text) => (certainWords.has(text) || /^#{3,}$/.test(text) ? 0 : -1) },
  { code: 'TEXT_NO_VALUE', find: search(nullWord, (kind) => kind !== 'name') },
  { code: 'TEXT_DOUBLE_ENCODED', find: (text) => doubleEncodingIn(text)?.at ?? -1 },
  { code: 'TEXT_DOUBLE_ENCODED', find: search(halfMisread) },
  { code: 'TEXT_DOUBLE_ENCODED', find: search(/[\u2500-\u259f]/) },
  { code: 'TEXT_DOUBLE_ENCODED', find: search(/[√≈∂∆◊¬][\p{L}ÄÅÇÑÖÜº´∂©®]/u, isWordy) },
  { code: 'TEXT_SYMBOLS_LOST', find: search(/[\ue000-\uf8ff]/u) },
  { code: 'TEXT_HTML_ENTITY', find: search(/&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/i) },
  { code: 'TEXT_MARKUP', find: search(/<\/?[a-z!][^<>]*>|<!\[CDATA\[/i) },
  { code: 'TEXT_ESCAPED', find: search(/\\(?:u[\da-f]{4}|x[\da-f]{2}|['"nrt\\])/i) },
  { code: 'TEXT_ESCAPED', find: search(/%[c-f][\da-f]%[89ab][\da-f]|%20|\p{L}%[89a-f][\da-f]/iu) },
  { code: 'TEXT_ESCAPED', find: search(/=[\da-f]{2}=[\da-f]{2}|\p{L}=[89A-F][\dA-F]|=\?[\w-]+\?[bq]\?/u) },
  { code: 'TEXT_ESCAPED', find: search(/\p{L}\+A[A-Za-z\d+/]{2}-/u) },
  { code: 'TEXT_QUESTION_MARK', find: search(/\?/, isWordy) },
  {
    code: 'TEXT_QUESTION_MARK',
    find: search(/\p{L}\?\p{L}|\?{2}|(?:^|\s)\?\p{L}/u, (kind) => kind === 'address'),
  },
  { code: 'TEXT_SPREADSHEET_MARK', find: search(/^="?|^'(?:[\d+=@-])|^[@+]\p{L}/u) },
  { code: 'TEXT_SPREADSHEET_MARK', find: search(/^'/, (kind) => kind === 'code') },
  { code: 'TEXT_QUOTED', find: search(/^".*"$|^""/) },
  { code: 'TEXT_FLOAT', find: search(/^\d+[.,]0+$/) },
  { code: 'TEXT_SCIENTIFIC', find: search(/^\d(?:[.,]\d+)?E[+-]?\d{1,3}$|^\d[.,]\d+e[+-]?\d{1,3}$/) },
  { code: 'TEXT_HOLDS_PAN', find: (text) => (maskCardNumbers(text) === text ? -1 : 0) },
  { code: 'TEXT_PERHAPS_NO_VALUE', find: search(nullWord) },
  { code: 'TEXT_PERHAPS_NO_VALUE', find: search(possibleWords, (kind) => kind !== 'code') },
  { code: 'TEXT_PERHAPS_MARK', find: search(/^'(?!(?:[stnkdmr]|en)[\s-])/u) },
  { code: 'TEXT_PERHAPS_LOST', find: search(/\?/) },
  { code: 'TEXT_PERHAPS_ESCAPED', find: search(/\\/) },
  { code: 'TEXT_PERHAPS_MIXED', find: search(/[a-zA-Z][\u0370-\u04ff]|[\u0370-\u04ff][a-zA-Z]/u, isWordy) },
];

/** The first kind of damage in a text, and where; undefined in a text that shows none. */
export function damageIn(
  text: string,
  kind: TextKind,
): { readonly code: ValidationErrorCode; readonly at: number } | undefined {
  for (const { code, find } of damageRules) {
    const at = find(text, kind);
    if (at >= 0) return { code, at };
  }
  return undefined;
}

/**
 * The kind of damage of a value that is no id, number or date: so that it is named, and not only its shape.
 */
export function damageOfCode(text: string): ValidationErrorCode | undefined {
  if (isSuspicious(text)) {
    const damage = damageIn(text, 'code');
    if (damage !== undefined && codesDamage.has(damage.code)) return damage.code;
  }
  return undefined;
}

const codesDamage: ReadonlySet<ValidationErrorCode> = new Set<ValidationErrorCode>([
  'TEXT_DOUBLE_ENCODED',
  'TEXT_HTML_ENTITY',
  'TEXT_MARKUP',
  'TEXT_ESCAPED',
  'TEXT_SPREADSHEET_MARK',
  'TEXT_QUOTED',
  'TEXT_FLOAT',
  'TEXT_SCIENTIFIC',
  'TEXT_NO_VALUE',
]);

const kinds: Partial<Readonly<Record<FieldName, TextKind>>> = {
  cardholderName: 'name',
  firstName: 'name',
  lastName: 'name',
  addressLine1: 'address',
  addressLine2: 'address',
  addressLine3: 'address',
  city: 'place',
  state: 'place',
  postalCode: 'code',
};

/**
 * What the texts of a column hold; undefined for addresses of the web and versions, which may hold any sign.
 */
export function textKindOf(field: FieldName): TextKind | undefined {
  return kinds[field];
}
