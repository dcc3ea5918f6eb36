import { createHash } from 'node:crypto';
import {
  DIGEST_BYTES,
  fieldGroups,
  GROUP_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  type CardOrigin,
  type FieldGroup,
  type Intake,
  type Ledger,
  type LedgerRecord,
  type LoadingFindings,
  type LoadingRules,
  type NewChange,
  type ReadStep,
  type RegisterHit,
  type UnsentRow,
  type Withdrawal,
} from '@enrollkit/ledger';
import { body, identity, keyOf, rejection } from './builders.ts';

/** One row of a test's input. */
export interface Card {
  readonly consumer: string;
  readonly card: string;
  /** Fields by group; a group that is not named has its first value. */
  readonly fields?: Partial<Readonly<Record<FieldGroup, string>>>;
  readonly email?: string;
  readonly pan?: string;
  readonly identity?: string;
  /** Sent whatever the register says. */
  readonly again?: boolean;
}

/** What reading an input came to. */
export interface Read {
  readonly intake: Intake;
  readonly findings: LoadingFindings;
  readonly withdrawn: readonly Withdrawal[];
  readonly unsent: readonly Pick<UnsentRow, 'reason' | 'groups' | 'intakeId' | 'code'>[];
}

/** The digests of a row. */
export function digestsOfCard({ consumer, card, fields = {} }: Card): Buffer {
  return Buffer.concat(
    fieldGroups.map((group) =>
      hashed([consumer, card, group, fields[group] ?? 'first']).subarray(0, GROUP_BYTES),
    ),
  );
}

/** The key of a row. */
export function keyOfCard({ consumer, card }: Card): Buffer {
  return keyOf({ externalConsumerId: consumer, externalCardId: card });
}

function identityOfCard({ consumer, identity: who }: Card): Buffer {
  return hashed([who ?? `identity of ${consumer}`]).subarray(0, HASH_BYTES);
}

/** The hashes of e-mail, mobile and card number of a row. */
export function twinsOfCard({ consumer, email, pan, card }: Card): Buffer {
  const address = email ?? `${consumer}@example.com`;
  const parts = [address, `mobile of ${address}`, pan ?? `number of ${consumer} ${card}`];
  return Buffer.concat(parts.map((part) => hashed([part]).subarray(0, HASH_BYTES)));
}

function hashed(parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

/** The ledger's record of a row. */
export function recordOfCard({ consumer, card }: Card, row: number): LedgerRecord {
  return {
    externalConsumerId: consumer,
    externalCardId: card,
    place: { row, line: row + 1, offset: row * 100, length: 99 },
    maskedPan: '555555******4444',
    fingerprint: hashed([consumer, card]).toString('hex'),
  };
}

interface Reading {
  readonly cards: readonly Card[];
  readonly batchSize?: number;
  readonly rules?: LoadingRules;
  /** The card that the first row takes the place of. */
  readonly replaces?: CardOrigin;
  readonly deletesFirst?: boolean;
  /** Stops before the intake is claimed. */
  readonly until?: 'read' | 'claimed';
}

/**
 * Reads an input as the pipeline does: looks up, commits, searches, takes out, claims, and makes it ready.
 */
export async function read(ledger: Ledger, id: string, reading: Reading): Promise<Read> {
  const { cards, batchSize = 3, rules, until, deletesFirst = false } = reading;
  let intake = await ledger.openIntake(identity({ id, digest: id, batchSize }));
  const all: UnsentRow[] = [];
  for (let from = intake.position.rows; from < cards.length; from += batchSize) {
    const { step, unsent } = await stepOf(ledger, intake, { ...reading, batchSize, from });
    await ledger.commitRead(from === 0 ? { ...step, changes: deletionOf(reading) } : step);
    all.push(...unsent);
    intake = (await ledger.findIntake(id)) ?? intake;
  }
  const findings = await ledger.finishLoading(id, rules);
  const withdrawn = until === 'read' ? [] : await takeOut(ledger, id);
  if (until !== 'read') {
    await ledger.claimRecords(id);
    withdrawn.push(...(await takeOut(ledger, id)));
    if (until === undefined) await ledger.markReady(id, { deletesFirst });
  }
  const unsent = all.map(({ reason, groups, intakeId, code }) => ({
    reason,
    ...(groups && { groups }),
    ...(intakeId !== undefined && { intakeId }),
    ...(code !== undefined && { code }),
  }));
  return { intake: (await ledger.findIntake(id)) ?? intake, findings, withdrawn, unsent };
}

function deletionOf({ cards: [first], replaces: origin }: Reading): readonly NewChange[] {
  if (origin === undefined || first === undefined) return [];
  return [{ kind: 'delete-replaced', row: 1, key: keyOfCard(first), origin, groups: [] }];
}

async function stepOf(
  ledger: Ledger,
  intake: Intake,
  { cards, batchSize, from }: Reading & { readonly batchSize: number; readonly from: number },
): Promise<{ readonly step: ReadStep; readonly unsent: readonly UnsentRow[] }> {
  const rows = cards.slice(from, from + batchSize);
  const keys = Buffer.concat(rows.map(keyOfCard));
  const window = await ledger.lookUp({
    keys,
    digests: Buffer.concat(rows.map(digestsOfCard)),
    intakeId: intake.id,
  });
  const hits = new Map(window.hits.map((hit) => [hit.index, hit]));
  const unchanged = new Set(window.unchanged);
  const sent = rows.flatMap((card, index) =>
    mustGo(card, hits.get(index), unchanged.has(index)) ? [index] : [],
  );
  const unsent = [...hits].flatMap(([index, hit]) => {
    const card = rows[index];
    return card === undefined || sent.includes(index) ? [] : [unsentOf(card, from + index + 1, hit)];
  });
  const cardsSent = sent.flatMap((index) => rows[index] ?? []);
  const position = intake.position.batches;
  const end = from + rows.length;
  return {
    unsent,
    step: {
      intakeId: intake.id,
      rejections: [],
      keys,
      identities: Buffer.concat(rows.map(identityOfCard)),
      lines: Uint32Array.from(rows, (_, index) => from + index + 2),
      unsent,
      unchanged: rows.some(({ again }) => again === true) ? {} : window.unchangedBy,
      position: {
        rows: end,
        offset: end * 100,
        line: end + 1,
        batches: position + (cardsSent.length > 0 ? 1 : 0),
      },
      ...(cardsSent.length > 0 && {
        batch: {
          generation: 1,
          position,
          body: body(`${intake.id}-1-${position}`),
          records: sent.map((index) =>
            recordOfCard(rows[index] ?? { consumer: '', card: '' }, from + index + 1),
          ),
          register: {
            keys: Buffer.concat(cardsSent.map(keyOfCard)),
            digests: Buffer.concat(cardsSent.map(digestsOfCard)),
            twins: Buffer.concat(cardsSent.map(twinsOfCard)),
          },
        },
      }),
    },
  };
}

function mustGo(card: Card, hit: RegisterHit | undefined, unchanged: boolean): boolean {
  if (card.again === true) return true;
  if (unchanged) return false;
  if (hit === undefined) return true;
  return hit.state === 'refused' && (hit.recoverable === true || hit.changed.length > 0);
}

const reasons = {
  enrolled: 'changed',
  refused: 'refused-before',
  unresolved: 'unresolved',
  removed: 'removed',
  erased: 'removed',
  'opted-out': 'opted-out',
  'in-flight': 'in-flight',
} as const satisfies Record<RegisterHit['state'], UnsentRow['reason']>;

function unsentOf(card: Card, row: number, { state, changed, intakeId, code }: RegisterHit): UnsentRow {
  const { externalConsumerId, externalCardId, place } = recordOfCard(card, row);
  return {
    externalConsumerId,
    externalCardId,
    place,
    reason: reasons[state],
    ...(changed.length > 0 && { groups: changed }),
    ...(intakeId !== undefined && { intakeId }),
    ...(code !== undefined && { code }),
  };
}

/** Takes every row out that must leave its batch. */
async function takeOut(ledger: Ledger, intakeId: string): Promise<Withdrawal[]> {
  const out: Withdrawal[] = [];
  for (;;) {
    const rows = await ledger.nextWithdrawals(intakeId);
    const [first] = rows;
    if (first === undefined) return out;
    const [batch] = (await ledger.batchesIn(intakeId, 'sealed')).filter(({ id }) => id === first.batchId);
    const left = (batch?.records ?? 0) - rows.length;
    await ledger.dropRecords(
      first.batchId,
      {
        rejections: rows
          .filter(({ reason }) => reason !== 'in-flight')
          .map(({ place, reason }) => rejection(place.row, reason.toUpperCase())),
        unsent: rows
          .filter(({ reason }) => reason === 'in-flight')
          .map(({ place, key, intakeId: other }) => ({
            ...key,
            place,
            reason: 'in-flight',
            ...(other !== undefined && { intakeId: other }),
          })),
      },
      left === 0 ? undefined : body(batch?.externalBatchId ?? '', 2),
    );
    out.push(...rows);
  }
}

/** So many cards of as many consumers. */
export function cards(count: number, from = 1): readonly Card[] {
  return Array.from({ length: count }, (_, index) => ({
    consumer: `person-${from + index}`,
    card: `card-${from + index}`,
  }));
}

/** The keys of cards, side by side. */
export function keysOf(of: readonly Card[]): Buffer {
  return Buffer.concat(of.map(keyOfCard), of.length * KEY_BYTES);
}

/** The digests of cards, side by side. */
export function digestsOf(of: readonly Card[]): Buffer {
  return Buffer.concat(of.map(digestsOfCard), of.length * DIGEST_BYTES);
}
