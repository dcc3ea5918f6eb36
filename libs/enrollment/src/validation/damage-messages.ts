/**
 * What is said of damaged texts: part of the table of everything that can be wrong with a row, and of its
 * form.
 */
export const damageMessages = {
  TEXT_DOUBLE_ENCODED: [
    'At character {position} the text shows UTF-8 that was read in an older encoding (Latin-1, Windows-1252 and the like) and saved again',
    'Export the file again as UTF-8 from the source; do not open and save it in between',
  ],
  TEXT_SYMBOLS_LOST: [
    'Character {position} is of no script (a private use character)',
    'It was made by a font or a conversion: export the file again as UTF-8 from the source',
  ],
  TEXT_QUESTION_MARK: [
    'Character {position} is a question mark where a letter was: a conversion did not know the letter',
    'Export the file again as UTF-8 from the source; an older encoding has no place for the letter',
  ],
  TEXT_HTML_ENTITY: [
    'From character {position} on stands an HTML entity in place of a character',
    'Export from the data and not from a web page, or decode the entities before the export',
  ],
  TEXT_MARKUP: [
    'From character {position} on stands HTML or XML markup',
    'Export the plain value, without markup',
  ],
  TEXT_ESCAPED: [
    'From character {position} on stands an escape (of JSON, SQL, a URL, an e-mail or UTF-7) in place of a character',
    'Decode the value before the export: it was escaped once too often',
  ],
  TEXT_SPREADSHEET_MARK: [
    "The value begins with a mark by which a spreadsheet keeps text or starts a formula (' or = or +)",
    'Export the values from the source, not the cells of a spreadsheet; in a spreadsheet, save as CSV UTF-8 with the column formatted as text',
  ],
  TEXT_QUOTED: [
    'The value stands in double quotes of its own',
    'It was quoted twice: export it again with one level of quotes',
  ],
  TEXT_FLOAT: [
    'The value ends in .0: it was read as a number on its way',
    'Export the column as text; leading zeros may be lost, too',
  ],
  TEXT_SCIENTIFIC: [
    'The value is in scientific notation: it was read as a number, and digits are lost',
    'A spreadsheet did this: format the column as text and export it again from the source',
  ],
  TEXT_NO_VALUE: [
    'The value is what a program writes for none, or for an error (NULL, N/A, #VALUE! and the like)',
    'Leave the cell empty where there is no value, and fill in what is required',
  ],
  TEXT_HOLDS_PAN: [
    'The text holds what could be a card number',
    'Card numbers belong into the column pan only: export the columns again',
  ],
  TEXT_PERHAPS_NO_VALUE: [
    'The value is a word that often stands for none (null, none, test, x, 0, -)',
    'Compare it with the source; there are people and places of such names',
    'warning',
  ],
  TEXT_PERHAPS_MARK: [
    'The value begins with an apostrophe: a spreadsheet may have put it there',
    'Compare it with the source; some names do begin so',
    'warning',
  ],
  TEXT_PERHAPS_LOST: [
    'Character {position} is a question mark: a letter may have been lost in a conversion',
    'Compare it with the source, and export it as UTF-8',
    'warning',
  ],
  TEXT_PERHAPS_ESCAPED: [
    'Character {position} is a backslash: it may be an escape',
    'Compare it with the source',
    'warning',
  ],
  TEXT_PERHAPS_MIXED: [
    'At character {position} a word mixes letters of two scripts',
    'Compare it with the source: letters that look alike may have been swapped',
    'warning',
  ],
} as const satisfies Record<string, readonly [message: string, hint: string, confidence?: 'warning']>;
