import { hash } from 'node:crypto';
import type { SourcePlace } from '@enrollkit/enrollment';
import {
  HASH_BYTES,
  KEY_BYTES,
  type EnrolledCard,
  type Intake,
  type Ledger,
  type NewChange,
} from '@enrollkit/ledger';
import type { Digests } from '../load/digests.ts';
import { intakeIdOf } from '../load/identity.ts';
import { variantText } from '../load/variant.ts';

/** Who opts out: a consumer with everything, or with one card only. */
export interface OptOut {
  readonly externalConsumerId: string;
  readonly externalCardId?: string;
}

/** A file of those who opt out. */
export interface OptOutFile {
  readonly source: string;
  readonly rows: readonly OptOut[];
}

/** What opting out needs. */
export interface OptOutContext {
  readonly ledger: Ledger;
  readonly digests: Digests;
  readonly environment: string;
  readonly programme: string;
}

/** Consumers whose cards are looked up at once. */
const WINDOW = 500;
/** Rows of one transaction. */
const STEP = 1_000;

/**
 * Makes an intake of those who opt out: each is remembered, so that no later file enrolls them, and what is
 * enrolled of them is deleted: the card or, with the last card of a consumer, the profile. The intake is
 * ready to be sent.
 */
export async function loadOptOuts(file: OptOutFile, context: OptOutContext): Promise<Intake> {
  const { ledger, digests } = context;
  const intake = await openOptOuts(file, context);
  if (intake.state !== 'reading') return intake;
  // Before anything is written of the rows: who is remembered is remembered, whatever becomes of the rest.
  await ledger.optOut(Buffer.concat(file.rows.map((row) => targetOf(row, digests))));
  const changes = await deletionsOf(file.rows, context);
  for (let from = intake.position.rows; from < file.rows.length; from += STEP) {
    const rows = file.rows.slice(from, from + STEP);
    const to = from + rows.length;
    await ledger.commitRead({
      intakeId: intake.id,
      rejections: [],
      unsent: rows.map(({ externalConsumerId, externalCardId = '' }, index) => ({
        externalConsumerId,
        externalCardId,
        place: placeOf(from + index),
        reason: 'opted-out',
      })),
      changes: changes.filter(({ row }) => row > from && row <= to),
      // Nothing is searched by them: who is named twice opts out once.
      keys: new Uint8Array(rows.length * KEY_BYTES),
      identities: new Uint8Array(rows.length * HASH_BYTES),
      lines: Uint32Array.from(rows, (_, index) => placeOf(from + index).line),
      position: { offset: 0, line: to + 2, rows: to, batches: 0 },
    });
  }
  await ledger.finishLoading(intake.id);
  await ledger.claimRecords(intake.id);
  await ledger.markReady(intake.id);
  return (await ledger.findIntake(intake.id)) ?? intake;
}

/** The same ids are the same intake until the register has changed. */
async function openOptOuts(
  { source, rows }: OptOutFile,
  { ledger, environment, programme }: OptOutContext,
): Promise<Intake> {
  const text = JSON.stringify(
    rows.map(({ externalConsumerId, externalCardId }) => [externalConsumerId, externalCardId]),
  );
  const digest = hash('sha256', `opt-out ${text}`);
  const current = await ledger.findCurrentIntake(digest, programme);
  const variant = variantText({ optOut: true });
  const epoch = await ledger.registerEpoch();
  return ledger.openIntake({
    id: current?.id ?? intakeIdOf({ inputDigest: digest, environment, programme, epoch, variant }),
    digest,
    programme,
    environment,
    source,
    bytes: Buffer.byteLength(text),
    format: 'csv',
    batchSize: 1,
    readingDigest: hash('sha256', 'opt-out'),
    ...(variant !== undefined && { variant }),
  });
}

function placeOf(index: number): SourcePlace {
  return { row: index + 1, line: index + 2, offset: 0, length: 0 };
}

/** The key of the card, or the half of the consumer's followed by zeroes. */
function targetOf({ externalConsumerId, externalCardId }: OptOut, digests: Digests): Buffer {
  if (externalCardId !== undefined) return digests.keysOf([{ externalConsumerId, externalCardId }]);
  return Buffer.concat([digests.consumerKey(externalConsumerId)], KEY_BYTES);
}

/** What must be deleted, consumer by consumer. */
async function deletionsOf(
  rows: readonly OptOut[],
  { ledger, digests }: OptOutContext,
): Promise<readonly NewChange[]> {
  const placed = rows.map((row, index) => ({ ...row, row: index + 1 }));
  const consumers = [...Map.groupBy(placed, ({ externalConsumerId }) => externalConsumerId)];
  const changes: NewChange[] = [];
  for (let from = 0; from < consumers.length; from += WINDOW) {
    const window = consumers.slice(from, from + WINDOW);
    const targets = window.map(([externalConsumerId]) => targetOf({ externalConsumerId }, digests));
    const cards = Map.groupBy(await ledger.enrolledCards(Buffer.concat(targets)), ({ index }) => index);
    for (const [index, [, of]] of window.entries())
      changes.push(...deletionsOfConsumer(of, cards.get(index) ?? [], digests));
  }
  return changes;
}

/** With the last card goes the profile. */
function deletionsOfConsumer(
  rows: readonly (OptOut & { readonly row: number })[],
  enrolled: readonly EnrolledCard[],
  digests: Digests,
): readonly NewChange[] {
  const whole = rows.find(({ externalCardId }) => externalCardId === undefined);
  const rowOf = new Map(rows.map((row) => [targetOf(row, digests).toString('hex'), row.row]));
  const leaving = enrolled.flatMap(({ key, origin }) => {
    const row = rowOf.get(Buffer.from(key).toString('hex')) ?? whole?.row;
    return row === undefined ? [] : [{ row, key, origin, groups: [] }];
  });
  const kind = leaving.length === enrolled.length ? 'delete-profile' : 'delete-card';
  return leaving.map((change) => ({ ...change, kind }));
}
