import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteLedgerView, type LedgerView, type RecordRow } from '@enrollkit/ledger';
import { report, type Report } from '@enrollkit/pipeline';
import { cardName, type Cardholders } from './cardholders.ts';
import type { World } from './provider.ts';

/** The code of a record whose result was never reported. */
const RESULT_MISSING = 'RESULT_MISSING';

/** What must hold, and the world to hold it against. */
export interface Truth {
  readonly ledgerPath: string;
  readonly cardholders: Cardholders;
  readonly world: World;
}

/** Complaints about what lies on the disk: a card number in clear. */
export function leaksAtRest({ ledgerPath, cardholders }: Truth): string[] {
  return [ledgerPath, `${ledgerPath}-wal`]
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const bytes = readFileSync(file);
      return [...cardholders.pans].some((pan) => bytes.includes(pan))
        ? [`a card number lies in clear in ${file.endsWith('-wal') ? 'the write-ahead log' : 'the ledger'}`]
        : [];
    });
}

/** How many batches are in state unknown. */
export function countUnknown(ledgerPath: string): number {
  const file = new DatabaseSync(ledgerPath, { readOnly: true });
  const unknown = Number(
    file.prepare(`select count(*) as unknown from batch where state = 'unknown'`).get()?.['unknown'],
  );
  file.close();
  return unknown;
}

/** Everything that must hold at the end of a schedule and does not, in words. */
export async function judge(truth: Truth): Promise<string[]> {
  const view = await openSqliteLedgerView(truth.ledgerPath);
  const [intake] = await view.listIntakes();
  if (intake === undefined) return ['the intake is lost'];
  const reported = await report(view, intake);
  const complaints = [
    ...sums(reported, truth),
    ...(await records(view, intake.id, truth)),
    ...(await rejections(view, intake.id, truth)),
    ...worldOf(truth),
  ];
  await view.close();
  const file = new DatabaseSync(truth.ledgerPath, { readOnly: true });
  const bodies = Number(file.prepare('select count(*) as bodies from body').get()?.['bodies']);
  file.close();
  return bodies === 0 ? complaints : [...complaints, `${bodies} sealed bodies are left`];
}

function sums({ tally, addsUp, intake }: Report, { cardholders }: Truth): string[] {
  const { rows, valid } = cardholders;
  return [
    ...(addsUp ? [] : ['the sums do not add up']),
    ...(intake.state === 'settled' ? [] : [`the intake is ${intake.state}`]),
    ...(tally.rows === rows ? [] : [`${tally.rows} rows of ${rows}`]),
    ...(tally.rejected === rows - valid.size
      ? []
      : [`${tally.rejected} rows are rejected, ${rows - valid.size} should be`]),
    ...(tally.records === valid.size ? [] : [`${tally.records} records of ${valid.size}`]),
  ];
}

async function records(view: LedgerView, intakeId: string, { cardholders, world }: Truth): Promise<string[]> {
  const left = new Set(cardholders.valid.keys());
  const complaints: string[] = [];
  const counted = { enrolled: 0, refused: 0, abandoned: 0, batched: 0 };
  for await (const record of view.records(intakeId)) {
    const name = cardName(record);
    if (!left.delete(name)) complaints.push(`${name} is in the ledger and should not be, or twice`);
    counted[record.state] += 1;
    const wrong = differenceOf(record, world);
    if (wrong !== undefined) complaints.push(`${name} ${wrong}`);
  }
  for (const name of left) complaints.push(`${name} is lost`);
  const tally = await view.tally(intakeId);
  for (const state of ['enrolled', 'refused', 'abandoned'] as const) {
    if (tally[state] !== counted[state])
      complaints.push(`the report says ${tally[state]} ${state}, ${counted[state]} records are`);
  }
  return complaints;
}

/** In what the ledger's word about a record differs from the world. */
function differenceOf(record: RecordRow, world: World): string | undefined {
  const times = world.enrolled.get(cardName(record)) ?? 0;
  const card = world
    .batchesOf(record.externalBatchId)
    .flatMap(({ cards }) => cards)
    .findLast((one) => cardName(one) === cardName(record));
  if (record.state === 'enrolled')
    return times === 1 && card?.cardId === record.providerCardId
      ? undefined
      : `is reported enrolled as ${record.providerCardId ?? 'nothing'}; the provider has it ${times} times, as ${card?.cardId ?? 'nothing'}`;
  if (record.state === 'refused' && record.code === RESULT_MISSING)
    return card?.result === 'lost' ? undefined : 'is reported without a result; the provider reported one';
  if (record.state === 'refused' || record.state === 'abandoned')
    return times === 0 ? undefined : `is reported ${record.state}; the provider has it ${times} times`;
  return `is still ${record.batchState}`;
}

async function rejections(view: LedgerView, intakeId: string, { cardholders }: Truth): Promise<string[]> {
  const rows = new Set<number>();
  let count = 0;
  for await (const { place } of view.rejections(intakeId)) {
    rows.add(place.row);
    count += 1;
  }
  const expected = cardholders.rows - cardholders.valid.size;
  return rows.size === expected && count === expected
    ? []
    : [`${count} rejections of ${rows.size} rows, ${expected} are to be rejected`];
}

/** What the provider has seen that should not have been. */
export function worldOf({ world, cardholders }: Pick<Truth, 'world' | 'cardholders'>): string[] {
  return [
    ...world.complaints,
    ...[...world.enrolled]
      .filter(([, times]) => times > 1)
      .map(([name, times]) => `${name} is enrolled ${times} times`),
    ...[...world.pans]
      .filter(([name, pan]) => cardholders.valid.get(name) !== pan)
      .map(([name]) => `${name} was sent with another card number, or should not have been sent`),
  ];
}
