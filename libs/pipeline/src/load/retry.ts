import type { PlacedRecord } from '@enrollkit/enrollment';
import type { Ledger, RecordRow, RegisterHit } from '@enrollkit/ledger';
import { reread, type RereadSource } from './reread.ts';
import { sealBatch, type SealContext } from './seal.ts';

/** Which refused records to send again. */
export interface RetryChoice {
  readonly chosen: (record: RecordRow) => boolean;
}

/**
 * Gives refused records another generation: new batches under new ids, read again from the input one by one.
 * A record that another intake has sent since stays as it is. Each batch is one transaction. Answers how many
 * records will be sent again.
 */
export async function retryRefused(
  context: SealContext & { readonly ledger: Ledger },
  from: RereadSource,
  choice: RetryChoice,
): Promise<number> {
  const { ledger, intakeId, batchSize } = context;
  const generation = 1 + (await ledger.lastGeneration(intakeId));
  let position = 0;
  let sent = 0;
  for await (const rows of groupsOf(ledger.records(intakeId, 'refused'), choice, batchSize)) {
    const records = await stillRefused(await reread(rows, from), context);
    if (records.length === 0) continue;
    const register = context.digests.of(records.map(({ record }) => record));
    const batch = await sealBatch({ generation, position, records, register }, context);
    await ledger.commitRetry(intakeId, batch);
    position += 1;
    sent += records.length;
  }
  return sent;
}

/**
 * Those that no other intake has enrolled, has in flight or has left unresolved since they were refused here.
 * A card that such a record takes the place of is enrolled all the same.
 */
async function stillRefused(
  records: readonly PlacedRecord[],
  { ledger, digests, intakeId }: SealContext & { readonly ledger: Ledger },
): Promise<readonly PlacedRecord[]> {
  const { keys, digests: groups } = digests.of(records.map(({ record }) => record));
  const { hits, unchanged } = await ledger.lookUp({ keys, digests: groups, intakeId });
  const rows = records.map(({ place }) => place.row);
  const replaced = new Map((await ledger.droppedReplacements(intakeId, rows)).map((of) => [of.row, of]));
  const isTaken = ({ index, state, intakeId: by, origin }: RegisterHit): boolean => {
    const old = replaced.get(rows[index] ?? 0);
    const isReplaced = old !== undefined && origin?.batch === old.batch && origin.place === old.place;
    return state !== 'refused' && by !== intakeId && !isReplaced;
  };
  const taken = new Set([...unchanged, ...hits.filter(isTaken).map(({ index }) => index)]);
  return records.filter((_, index) => !taken.has(index));
}

/** Batches of at most `size`; each consumer's cards side by side, and a consumer once in a batch. */
async function* groupsOf(
  records: AsyncIterable<RecordRow>,
  { chosen }: RetryChoice,
  size: number,
): AsyncGenerator<RecordRow[]> {
  let open: RecordRow[] = [];
  for await (const record of records) {
    if (!chosen(record)) continue;
    open.push(record);
    if (open.length < size) continue;
    const last = open.at(-1)?.externalConsumerId;
    const cut = open.findIndex(({ externalConsumerId }) => externalConsumerId === last);
    // The last consumer may have more cards to come: it moves on whole, unless it fills the batch alone.
    const [now, later] = cut > 0 ? [open.slice(0, cut), open.slice(cut)] : [open, []];
    yield byConsumer(now);
    open = later;
  }
  if (open.length > 0) yield byConsumer(open);
}

function byConsumer(records: readonly RecordRow[]): RecordRow[] {
  return [...Map.groupBy(records, ({ externalConsumerId }) => externalConsumerId).values()].flat();
}
