/**
 * One line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets a leading apostrophe
 * (OWASP, CSV injection).
 */
export function csvLine(cells: readonly (string | undefined)[]): string {
  return cells.map((cell) => quoted(harmless(cell ?? ''))).join(',');
}

function harmless(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
