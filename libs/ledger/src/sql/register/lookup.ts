import { defined } from '@enrollkit/base';
import { sql } from 'kysely';
import { type RegisterHit, type RegisterPort, type RegisterWindow } from '../../port/register.ts';
import { DIGEST_BYTES, fieldGroups, GROUP_BYTES, KEY_BYTES, type FieldGroup } from '../../port/digests.ts';
import { unpackOutcomes } from '../record-codec.ts';
import type { ProviderReason } from '@enrollkit/enrollment';
import { SLOTS, type Dialect, type Store } from '../store.ts';
import type { BatchSelected, Db } from '../tables.ts';
import { digestColumn, keyColumn } from './columns.ts';
import { optedOut } from '../changes/opt-outs.ts';
import { isEmpty } from './is-empty.ts';
import { entryStateOf, entryStates } from './states.ts';

type Window = Parameters<RegisterPort['lookUp']>[0];

/** Asking the register. */
export function lookupRepository(
  store: Store,
): Pick<RegisterPort, 'lookUp' | 'fillDigests' | 'registerSize'> {
  return {
    lookUp: (window) => store.read((db) => lookUp(db, store.dialect, window)),
    fillDigests: (window) =>
      store.write(async (db) => {
        for (const { keys, digests, count } of slices(window)) {
          const slots = store.dialect.slots(count, [keyColumn(keys), digestColumn(digests)]);
          await sql`update register set d = slot.d from ${slots}
            where register.k = slot.k and register.d = ${unknownDigests}`.execute(db);
        }
      }),
    registerSize: () =>
      store.read(async (db) => {
        const { rows } = await sql<{ readonly n: number }>`select count(*) as n from register`.execute(db);
        return Number(rows[0]?.n ?? 0);
      }),
  };
}

/** The digests of an entry that nobody has seen with its fields yet. */
export const unknownDigests = new Uint8Array(DIGEST_BYTES);

interface Known {
  readonly i: number;
  readonly state: number;
  readonly batch: number;
  readonly place: number;
  /** Null when it is equal. */
  readonly d: Uint8Array | null;
}

async function lookUp(db: Db, dialect: Dialect, window: Window): Promise<RegisterWindow> {
  const { epoch, isBlank } = await knowledgeOf(db);
  if (isBlank) return { epoch, hits: [], unchanged: [], unchangedBy: {} };
  const hits: RegisterHit[] = [];
  const unchanged: number[] = [];
  const unchangedBy: Record<string, number> = {};
  const origins = new Origins(db);
  for (const { from, keys, digests, count } of slices(window)) {
    // Claims first: a merge writes the entry and gives up the claim at once, and one of the two must be seen.
    const flying = await inFlight(db, { dialect, keys, count, from, intakeId: window.intakeId });
    const gone = await optedOut(db, dialect, { keys, count });
    // Who opted out has, whatever else is known; what is claimed elsewhere is in flight, whatever was agreed
    // before.
    const isGone = new Set(gone.map((i) => from + i));
    const isFlying = new Set([...isGone, ...flying.map(({ index }) => index)]);
    for (const index of isGone) hits.push({ index, state: 'opted-out', changed: [], digestsMissing: false });
    hits.push(...flying.filter(({ index }) => !isGone.has(index)));
    if (!(await isEmpty(db, 'register'))) {
      const slots = dialect.slots(count, [keyColumn(keys), digestColumn(digests)]);
      const { rows } = await sql<Known>`select slot.i, register.state, register.batch, register.place, case
          when register.d = slot.d then null else register.d end as d
          from ${slots} join register on register.k = slot.k`.execute(db);
      for (const known of rows) {
        if (isFlying.has(from + known.i)) continue;
        const origin = await origins.of(known.batch);
        if (known.state === entryStates.enrolled && known.d === null) {
          unchanged.push(from + known.i);
          unchangedBy[origin?.intakeId ?? ''] = (unchangedBy[origin?.intakeId ?? ''] ?? 0) + 1;
        } else hits.push(await hitOf(known, { from, digests, origin, db }));
      }
    }
  }
  return { epoch, hits: hits.sort(byIndex), unchanged, unchangedBy };
}

function byIndex(a: RegisterHit, b: RegisterHit): number {
  return a.index - b.index;
}

async function hitOf(
  known: Known,
  {
    from,
    digests,
    origin,
    db,
  }: {
    readonly from: number;
    readonly digests: Uint8Array;
    readonly origin: Origin | undefined;
    readonly db: Db;
  },
): Promise<RegisterHit> {
  const state = entryStateOf(known.state);
  const digestsMissing = known.d !== null && Buffer.compare(known.d, unknownDigests) === 0;
  const mine = digests.subarray(known.i * DIGEST_BYTES, (known.i + 1) * DIGEST_BYTES);
  const refusal = state === 'refused' && origin !== undefined ? await refusalOf(db, origin, known.place) : {};
  return defined<RegisterHit>({
    index: from + known.i,
    state,
    changed: known.d === null || digestsMissing ? [] : differing(mine, known.d),
    digestsMissing,
    intakeId: origin?.intakeId,
    origin: state === 'enrolled' ? { batch: known.batch, place: known.place } : undefined,
    at: origin?.at,
    ...refusal,
  });
}

function differing(mine: Uint8Array, agreed: Uint8Array): readonly FieldGroup[] {
  return fieldGroups.filter((_, group) => {
    const at = group * GROUP_BYTES;
    return Buffer.compare(mine.subarray(at, at + GROUP_BYTES), agreed.subarray(at, at + GROUP_BYTES)) !== 0;
  });
}

async function refusalOf(
  db: Db,
  { batch }: Origin,
  place: number,
): Promise<Pick<RegisterHit, 'code' | 'recoverable'>> {
  const row = await db
    .selectFrom('batch_record')
    .select('outcomes')
    .where('batch', '=', batch.id)
    .executeTakeFirst();
  const outcome = row?.outcomes == null ? null : (unpackOutcomes(row.outcomes, 0)[place] ?? null);
  const { code } = JSON.parse(batch.reason ?? '{}') as Partial<ProviderReason>;
  if (outcome === null) return defined<Pick<RegisterHit, 'code'>>({ code });
  return defined<Pick<RegisterHit, 'code' | 'recoverable'>>({
    code: outcome[3] ?? undefined,
    recoverable: outcome[0] === 'refused' ? (outcome[5] ?? undefined) : undefined,
  });
}

interface Origin {
  readonly batch: BatchSelected;
  readonly intakeId: string;
  readonly at?: Date;
}

/** The batches that entries come from, each read once; none for an import. */
class Origins {
  readonly #db: Db;
  readonly #known = new Map<number, Origin | undefined>();

  constructor(db: Db) {
    this.#db = db;
  }

  async of(batch: number): Promise<Origin | undefined> {
    if (!this.#known.has(batch)) this.#known.set(batch, await this.#read(batch));
    return this.#known.get(batch);
  }

  async #read(batch: number): Promise<Origin | undefined> {
    const row = await this.#db
      .selectFrom('batch')
      .innerJoin('intake', 'intake.number', 'batch.intake')
      .selectAll('batch')
      .select('intake.id as intake_id')
      .where('batch.id', '=', batch)
      .executeTakeFirst();
    return (
      row &&
      defined<Origin>({
        batch: row,
        intakeId: row.intake_id,
        at: row.ended_at === null ? undefined : new Date(row.ended_at),
      })
    );
  }
}

async function inFlight(
  db: Db,
  {
    dialect,
    keys,
    count,
    from,
    intakeId,
  }: {
    readonly dialect: Dialect;
    readonly keys: Uint8Array;
    readonly count: number;
    readonly from: number;
    readonly intakeId: string | undefined;
  },
): Promise<readonly RegisterHit[]> {
  if (await isEmpty(db, 'claim')) return [];
  const { rows } = await sql<{
    readonly i: number;
    readonly id: string;
    readonly number: number;
  }>`select slot.i, intake.id, intake.number
    from ${dialect.slots(count, [keyColumn(keys)])} join claim on claim.k = slot.k
    join intake on intake.number = claim.intake
    where intake.id <> ${intakeId ?? ''}`.execute(db);
  const waiting = new Map<number, boolean>();
  for (const number of new Set(rows.map((row) => row.number)))
    waiting.set(number, await waitsForPerson(db, number));
  return rows.map(({ i, id, number }) => ({
    index: from + i,
    state: waiting.get(number) === true ? 'unresolved' : 'in-flight',
    changed: [],
    digestsMissing: false,
    intakeId: id,
  }));
}

/**
 * Whether everything that an intake has claimed is in batches in state unknown: nothing of it goes on by
 * itself.
 */
async function waitsForPerson(db: Db, intake: number): Promise<boolean> {
  const { rows } = await sql<{ readonly unknown: number; readonly others: number }>`select
    (select count(*) from batch where intake = ${intake} and state = 'unknown') as unknown,
    (select count(*) from batch left join batch_digest on batch_digest.batch = batch.id
    where intake = ${intake}
      and (state in ('sealed', 'submitting', 'submitted')
      or (state <> 'unknown' and batch_digest.batch is not null))) as others`.execute(db);
  return Number(rows[0]?.unknown ?? 0) > 0 && Number(rows[0]?.others ?? 0) === 0;
}

/**
 * The register's epoch, and whether nothing is known at all: a first load meets nothing all the way. One
 * statement, so that a merge is seen either before it gives its claims up or with its entries.
 */
async function knowledgeOf(db: Db): Promise<{ readonly epoch: number; readonly isBlank: boolean }> {
  const { rows } = await sql<{ readonly epoch: number; readonly known: number }>`select epoch,
    case when exists (select 1 from claim) or exists (select 1 from register)
    or exists (select 1 from opt_out)
      then 1 else 0 end as known
    from register_head`.execute(db);
  const [head] = rows;
  return { epoch: head?.epoch ?? 0, isBlank: head?.known === 0 };
}

/** The window in portions that fit a statement. */
function* slices({ keys, digests }: Pick<Window, 'keys' | 'digests'>) {
  const rows = keys.length / KEY_BYTES;
  for (let from = 0; from < rows; from += SLOTS) {
    const count = Math.min(SLOTS, rows - from);
    yield {
      from,
      count,
      keys: keys.subarray(from * KEY_BYTES, (from + count) * KEY_BYTES),
      digests: digests.subarray(from * DIGEST_BYTES, (from + count) * DIGEST_BYTES),
    };
  }
}
