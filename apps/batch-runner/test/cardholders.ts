import { luhnDigit } from '@enrollkit/base';

const header =
  'externalConsumerId,externalCardId,pan,expiry,firstName,lastName,email,mobile,country,language,addressLine1,city,postalCode';

/** A valid PAN of a test range, different for each index. */
export function panOf(index: number): string {
  const body = `52047316${String(index).padStart(7, '0')}`;
  return body + luhnDigit(body);
}

/**
 * A CSV of so many valid cardholders, from number `first` on; `pans` gives the first ones other card numbers.
 */
export function cardholders(count: number, pans: readonly string[] = [], first: number = 0): string {
  const rows = Array.from(
    { length: count },
    (_, index) =>
      `consumer-${first + index},card-${first + index},${pans[index] ?? panOf(first + index)},12/39,Jané,Doe,jane.${first + index}@example.com,+14155550123,US,en,1 Main Street,Springfield,12345`,
  );
  return `${[header, ...rows].join('\n')}\n`;
}

/** The lines of so many cardholders, the header first. */
export function rowsOf(count: number): string[] {
  return cardholders(count).trim().split('\n');
}

/** A file of these lines. */
export function fileOf(rows: readonly string[], lineEnd: string = '\n'): string {
  return rows.join(lineEnd) + lineEnd;
}
