import { defined } from '@enrollkit/base';
import type { CardAddress, ChangeKind, ProviderReason } from '@enrollkit/enrollment';
import type { ChangeRow, NewChange, Successor } from '../../port/changes.ts';
import { CONSUMER_KEY_BYTES, fieldGroups, KEY_BYTES, type FieldGroup } from '../../port/digests.ts';
import { storedRecords } from '../batches.ts';
import { unpackIds } from '../record-codec.ts';
import { toPlace } from '../rows.ts';
import type { Dialect } from '../store.ts';
import type { ChangeSelected, Db, UnsentSelected } from '../tables.ts';

const ofProfile: ReadonlySet<ChangeKind> = new Set(['update-profile', 'delete-profile']);

/** What a request is about: the card, or for a profile its consumer. */
export function targetOf(kind: ChangeKind, key: Uint8Array): Uint8Array {
  return ofProfile.has(kind) ? consumerTarget(key) : key;
}

/** The half of a key that names the consumer, followed by zeroes. */
export function consumerTarget(key: Uint8Array): Uint8Array {
  const target = new Uint8Array(KEY_BYTES);
  target.set(key.subarray(0, CONSUMER_KEY_BYTES));
  return target;
}

/** Adds changes, in the order given. */
export async function insertChanges(
  db: Db,
  dialect: Dialect,
  { intake, changes }: { readonly intake: number; readonly changes: readonly NewChange[] },
): Promise<void> {
  for (const { kind, row, key, origin, groups, digests, contact } of changes)
    await db
      .insertInto('change')
      .values({
        intake,
        row_no: row,
        kind,
        target: dialect.key(targetOf(kind, key)),
        k: dialect.key(key),
        batch: origin.batch,
        place: origin.place,
        agreed: bitsOf(groups),
        d: digests ?? null,
        hashes: contact ?? null,
      })
      .execute();
}

/** One bit for each group. */
function bitsOf(groups: readonly FieldGroup[]): number {
  return groups.reduce((bits, group) => bits | (1 << fieldGroups.indexOf(group)), 0);
}

/** A change with everything that a request needs. */
export async function toChange(db: Db, row: ChangeSelected, intakeId: string): Promise<ChangeRow> {
  return defined<ChangeRow>({
    id: row.id,
    intakeId,
    kind: row.kind,
    state: row.state,
    ...(await whereAndWho(db, row)),
    attempts: row.attempts,
    reason: row.reason === null ? undefined : (JSON.parse(row.reason) as ProviderReason),
    successor: row.kind === 'delete-replaced' ? await successorOf(db, row) : undefined,
  });
}

/** The ids of a card: from its batch, or from what a purge has left of that. */
export async function addressOf(
  db: Db,
  { batch, place }: Pick<ChangeSelected, 'batch' | 'place'>,
): Promise<CardAddress | undefined> {
  const { records, outcomes } = await storedRecords(db, batch);
  const record = records[place];
  if (record !== undefined) {
    const outcome = outcomes[place] ?? null;
    const ids = outcome?.[0] === 'enrolled' ? outcome : undefined;
    return addressFrom([
      record.externalConsumerId,
      record.externalCardId,
      ids?.[1] ?? null,
      ids?.[2] ?? null,
    ]);
  }
  const kept = await db.selectFrom('kept_ids').select('ids').where('batch', '=', batch).executeTakeFirst();
  return kept && addressFrom(unpackIds(kept.ids)[place] ?? null);
}

/** A blank id is one of a person who was erased. */
function addressFrom(ids: ReturnType<typeof unpackIds>[number]): CardAddress | undefined {
  if (ids === null || ids[0] === '') return undefined;
  const [externalConsumerId, externalCardId, providerConsumerId, providerCardId] = ids;
  return defined<CardAddress>({
    externalConsumerId,
    externalCardId,
    providerConsumerId: providerConsumerId ?? undefined,
    providerCardId: providerCardId ?? undefined,
  });
}

/** The row that wants it; of a card that was imported, only that row says whose it is. */
async function whereAndWho(db: Db, change: ChangeSelected): Promise<Pick<ChangeRow, 'address' | 'place'>> {
  const row = await rowOf(db, change);
  const address = await addressOf(db, change);
  const named = row === undefined || row.external_card_id === '' ? undefined : row;
  return {
    address:
      address ??
      (named && {
        externalConsumerId: named.external_consumer_id,
        externalCardId: named.external_card_id,
      }),
    ...(row && { place: toPlace(row) }),
  };
}

async function rowOf(db: Db, { intake, row_no: row }: ChangeSelected): Promise<UnsentSelected | undefined> {
  if (row === null) return undefined;
  return db
    .selectFrom('unsent')
    .selectAll()
    .where('intake', '=', intake)
    .where('row_no', '=', row)
    .executeTakeFirst();
}

/** The record of the same row, in the batch where it stands now. */
async function successorOf(db: Db, { intake, row_no: row }: ChangeSelected): Promise<Successor> {
  const batches = await db
    .selectFrom('batch')
    .select(['id', 'state', 'attempts'])
    .where('intake', '=', intake)
    .where('first_row', '<=', row ?? 0)
    .where('last_row', '>=', row ?? 0)
    .orderBy('generation', 'desc')
    .execute();
  for (const { id, state, attempts } of batches) {
    const { records, outcomes } = await storedRecords(db, id);
    const index = records.findIndex(({ place }) => place.row === row);
    const outcome = outcomes[index] ?? null;
    if (index === -1 || outcome?.[0] === 'moved') continue;
    if (outcome?.[0] === 'enrolled')
      return { state: 'enrolled', ...(outcome[2] !== null && { providerCardId: outcome[2] }) };
    if (outcome === null && state === 'sealed' && attempts === 0) return { state: 'sealed' };
    // What nobody knows the end of may be enrolled: the old card stays until a person has looked.
    const isOpen = outcome === null && state !== 'refused' && state !== 'abandoned';
    return { state: isOpen ? 'open' : 'failed' };
  }
  return { state: 'failed' };
}
