import { hash } from 'node:crypto';
import {
  recordKeyOf,
  type ProviderReason,
  type RecordKey,
  type RecordOutcome,
  type Rejection,
  type SealedBody,
} from '@enrollkit/enrollment';
import { fieldGroups, GROUP_BYTES, HASH_BYTES, KEY_BYTES } from '@enrollkit/ledger';
import type {
  BatchRow,
  Intake,
  IntakeIdentity,
  Ledger,
  LedgerRecord,
  ReadStep,
  RecordDigests,
  RecordRow,
  SealedBatch,
} from '@enrollkit/ledger';

/** Times that a test can tell apart: minutes after a fixed start. */
export const minute = (n: number): Date => new Date(Date.UTC(2026, 0, 1, 0, n));

/** A reason as the client makes them. */
export const reason = (code = 'TIMEOUT'): ProviderReason => ({
  httpStatus: 504,
  code,
  message: `the provider said ${code}`,
  origin: 'gateway',
  correlationId: 'c-1',
});

/** The identity of an intake of four records a batch. */
export function identity(changes: Partial<IntakeIdentity> = {}): IntakeIdentity {
  return {
    id: 'a1b2',
    digest: 'd1',
    programme: 'programme-1',
    source: 'cards.csv',
    bytes: 10_000,
    format: 'csv',
    batchSize: 4,
    readingDigest: 'r1',
    ...changes,
  };
}

/** The record of a row; its key comes from `key`, which is the row's number when not given. */
export function record(row: number, key: number | string = row): LedgerRecord {
  return {
    externalConsumerId: `consumer-${key}`,
    externalCardId: `card-${key}`,
    place: { row, line: row + 1, offset: row * 100, length: 99 },
    maskedPan: '555555******4444',
    fingerprint: hash('sha256', `number of card-${key}`),
  };
}

/** The record of a row of an intake that has no card in common with another one. */
export function recordOf(intakeId: string, row: number): LedgerRecord {
  return record(row, intakeId === identity().id ? row : `${row}-of-${intakeId}`);
}

/** The body of a batch; every version has other bytes. */
export function body(externalBatchId: string, version = 1): SealedBody {
  return {
    externalBatchId,
    bytes: Buffer.from(`sealed ${externalBatchId} version ${version}`),
    kid: `kid-${version}`,
  };
}

/** A batch as the sealing stage makes it. */
export function batch(position: number, records: readonly LedgerRecord[], generation = 1): SealedBatch {
  return {
    generation,
    position,
    body: body(`external-${generation}-${position}`),
    records,
    register: digestsOf(records),
  };
}

/** The key, digests and twins of a record, as a stand-in for the keyed hashes of the pipeline. */
export function digestsOf(records: readonly LedgerRecord[]): RecordDigests {
  const keys = records.map(keyOf);
  const digests = records.map((each) =>
    Buffer.concat(
      fieldGroups.map((group) => hashed(`${group} of ${recordKeyOf(each)}`).subarray(0, GROUP_BYTES)),
    ),
  );
  const twins = records.map((each) => {
    const { externalConsumerId: consumer } = each;
    const parts = [`${consumer}@example.com`, `mobile of ${consumer}`, each.fingerprint];
    return Buffer.concat(parts.map((part) => hashed(part).subarray(0, HASH_BYTES)));
  });
  return { keys: Buffer.concat(keys), digests: Buffer.concat(digests), twins: Buffer.concat(twins) };
}

/** The key of a record. */
export function keyOf(of: RecordKey): Buffer {
  const half = KEY_BYTES / 2;
  return Buffer.concat([
    hashed(of.externalConsumerId).subarray(0, half),
    hashed(recordKeyOf(of)).subarray(0, half),
  ]);
}

function hashed(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** The rejection of a row. */
export function rejection(row: number, code = 'PAN_LUHN'): Rejection {
  return {
    place: { row, line: row + 1, offset: row * 100, length: 99 },
    externalConsumerId: `consumer-${row}`,
    errors: [{ field: 'pan', code, message: 'the number fails its check digit', hint: 'Correct it.' }],
  };
}

/** The step that adds the batch and the rejections after what the intake holds. */
export function step(
  from: Pick<Intake, 'id' | 'position'>,
  batchOfStep: SealedBatch | undefined,
  rejections: readonly Rejection[] = [],
): ReadStep {
  const records = batchOfStep?.records ?? [];
  const added = records.length + rejections.length;
  const rows = from.position.rows + added;
  return {
    intakeId: from.id,
    ...(batchOfStep && { batch: batchOfStep }),
    rejections,
    ...placesOf(records, { first: from.position.rows + 1, rows: added }),
    position: {
      offset: (rows + 1) * 100,
      line: rows + 2,
      rows,
      batches: from.position.batches + (batchOfStep === undefined ? 0 : 1),
    },
  };
}

/** The keys and lines of the rows that have a record; no row says anything of its consumer. */
export function placesOf(
  records: readonly LedgerRecord[],
  { first, rows }: { readonly first: number; readonly rows: number },
): Pick<ReadStep, 'keys' | 'identities' | 'lines'> {
  const keys = new Uint8Array(rows * KEY_BYTES);
  const lines = new Uint32Array(rows);
  for (const of of records) {
    const index = of.place.row - first;
    if (index < 0 || index >= rows) continue;
    keys.set(keyOf(of), index * KEY_BYTES);
    lines[index] = of.place.line;
  }
  return { keys, identities: new Uint8Array(rows * HASH_BYTES), lines };
}

/**
 * Reads `sizes.length` batches of so many records each into a new intake; the rows are numbered from 1, and
 * no two intakes have a card in common.
 */
export async function load(
  ledger: Ledger,
  sizes: readonly number[],
  of: Partial<IntakeIdentity> = {},
): Promise<Intake> {
  let intake = await ledger.openIntake(identity(of));
  for (const [position, size] of sizes.entries()) {
    const records = Array.from({ length: size }, (_, index) =>
      recordOf(intake.id, intake.position.rows + index + 1),
    );
    await ledger.commitRead(
      step(intake, { ...batch(position, records), body: body(`${intake.id}-1-${position}`) }),
    );
    intake = await found(ledger, intake.id);
  }
  return intake;
}

/** The same, and ready to be sent. */
export async function loadReady(
  ledger: Ledger,
  sizes: readonly number[],
  of: Partial<IntakeIdentity> = {},
): Promise<Intake> {
  const intake = await load(ledger, sizes, of);
  await ledger.finishLoading(intake.id);
  await ledger.claimRecords(intake.id);
  await ledger.markReady(intake.id);
  return found(ledger, intake.id);
}

/** The intake, which must be there. */
export async function found(ledger: Ledger, id: string): Promise<Intake> {
  const intake = await ledger.findIntake(id);
  if (intake === undefined) throw new Error(`no intake ${id}`);
  return intake;
}

/** The batch, which must be there. */
export async function foundBatch(
  ledger: Ledger,
  intakeId: string,
  reference: number | string,
): Promise<BatchRow> {
  const row = await ledger.findBatch(intakeId, String(reference));
  if (row === undefined) throw new Error(`no batch ${reference}`);
  return row;
}

/** Sends the next sealed batch; answers its number. */
export async function submitNext(ledger: Ledger, intakeId: string): Promise<number> {
  const [next] = await ledger.sendable(intakeId, minute(60), 1);
  if (next === undefined) throw new Error('nothing to send');
  await ledger.recordIntent(next.id, minute(1));
  await ledger.recordReceipt(next.id, `provider-${next.id}`, minute(2));
  return next.id;
}

/** The outcome of a record. */
export function outcome(of: RecordRow, code?: string): RecordOutcome {
  const key = { externalConsumerId: of.externalConsumerId, externalCardId: of.externalCardId };
  return code === undefined
    ? {
        ...key,
        result: 'enrolled',
        providerConsumerId: `pc-${of.place.row}`,
        providerCardId: `pk-${of.place.row}`,
      }
    : { ...key, result: 'refused', code, message: `refused with ${code}`, recoverable: true };
}

/** Settles a submitted batch; the rows named are refused with `ISSUER_DECLINED`. */
export async function settleAll(
  ledger: Ledger,
  batchId: number,
  refusedRows: readonly number[] = [],
): Promise<void> {
  const records = await ledger.recordsOf(batchId);
  await ledger.settle(
    batchId,
    records.map((of) => outcome(of, refusedRows.includes(of.place.row) ? 'ISSUER_DECLINED' : undefined)),
  );
}

/** All of a stream. */
export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(stream);
}
