import { reservedPans } from '@enrollkit/provider-simulator';
import type { Harness } from '../harness.ts';
import { cardholders } from '../cardholders.ts';

/** Small batches, quick polls, and a person who decides. */
export const settings = `sending:
  batchSize: 10
  requestsPerSecond: 200
  onUnknown: hold
  poll: { firstMs: 40, maxMs: 200 }
serve:
  planFolder: .
`;

/** Two answers are lost: their batches wait for a decision. */
export const twoLost = [{ fault: 'drop-answer', operation: 'enrollBatch', after: 3, times: 2 }] as const;

/** Rows of which four are refused and some rejected; the names may be given. */
export function mixedRows(
  count: number,
  consumer: (row: number) => string = (row) => `consumer-${row}`,
): string {
  const pans = reservedPans.slice(0, 4).map(({ pan }) => pan);
  return cardholders(count, pans)
    .split('\n')
    .map((row, index) => (index === 0 ? row : row.replace(`consumer-${index - 1}`, consumer(index - 1))))
    .map((row, index) => (index % 50 === 20 ? row.replace(',US,en', ',US,xx') : row))
    .join('\n');
}

/** A ledger with one intake that was run to where a person is needed. */
export async function runMixed(at: Harness, fileName: string, text: string): Promise<void> {
  await at.call('run', at.write(fileName, text));
}
