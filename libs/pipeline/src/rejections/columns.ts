/**
 * The columns a rejections file adds behind the original ones. A reader passes over them, so that the
 * corrected file can be run as it is.
 */
export const rejectionColumns = [
  'rejectedLine',
  'rejectedField',
  'rejectedCode',
  'rejectedMessage',
  'rejectedHint',
  'rejectedReference',
] as const;

/** Whether a rejections file added the column. */
export function isRejectionColumn(name: string | undefined): boolean {
  return rejectionColumns.some((column) => column === name);
}

const FORMULA = /^'*[=+\-@\t\r]/;
const MOBILE = /^\+[\d ().-]+$/;
const ESCAPED = /^'+[=+\-@\t\r]/;

/**
 * A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection). A
 * mobile number keeps its plus: digits and brackets calculate at worst.
 */
export function guarded(cell: string): string {
  return FORMULA.test(cell) && !MOBILE.test(cell) ? `'${cell}` : cell;
}

/** Takes the apostrophe of {@link guarded} away again. */
export function unguarded(cell: string): string {
  return ESCAPED.test(cell) ? cell.slice(1) : cell;
}
