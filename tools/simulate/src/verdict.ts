import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import {
  openSqliteLedgerView,
  type Intake,
  type LedgerView,
  type RecordRow,
  type Tally,
  type UnsentRow,
} from '@enrollkit/ledger';
import { report } from '@enrollkit/pipeline';
import { isAtRest } from './engine.ts';
import type { CardholderFile } from './files.ts';
import { cardName, differingGroups, groupsOf, type Row } from './population.ts';
import type { World } from './provider.ts';

/** The code of a record whose result was never reported. */
const RESULT_MISSING = 'RESULT_MISSING';

/** What must hold, and the world to hold it against. */
export interface Truth {
  readonly ledgerPath: string;
  readonly files: readonly CardholderFile[];
  readonly world: World;
}

interface IntakeTruth {
  readonly view: LedgerView;
  readonly intake: Intake;
  readonly file: CardholderFile;
  readonly world: World;
}

/** Complaints about the files on disk: a card number in clear. */
export function leaksAtRest({ ledgerPath, files }: Omit<Truth, 'world'>): string[] {
  // Reading it by other means than SQLite drops the locks of those that have it open.
  if (!isAtRest(ledgerPath)) return [];
  return [ledgerPath, `${ledgerPath}-wal`]
    .filter((path) => existsSync(path))
    .flatMap((path) => {
      const bytes = readFileSync(path);
      return files.some(({ pans }) => [...pans].some((pan) => bytes.includes(pan)))
        ? [`a card number lies in clear in ${path.endsWith('-wal') ? 'the write-ahead log' : 'the ledger'}`]
        : [];
    });
}

/** Everything that must hold at the end of a schedule and does not, in words. */
export async function judge(truth: Truth): Promise<string[]> {
  const { ledgerPath, files, world } = truth;
  const view = await openSqliteLedgerView(ledgerPath);
  const complaints: string[] = [];
  const intakes = await view.listIntakes();
  for (const intake of intakes) {
    const file = files.find(({ digest }) => digest === intake.digest);
    if (file === undefined) complaints.push(`intake ${intake.id} is of no file`);
    else complaints.push(...(await judgeIntake({ view, intake, file, world })));
  }
  for (const file of files) {
    if (!intakes.some(({ digest }) => digest === file.digest)) complaints.push(`${file.name} is lost`);
  }
  await view.close();
  const database = new DatabaseSync(ledgerPath, { readOnly: true });
  const bodies = Number(database.prepare('select count(*) as bodies from body').get()?.['bodies']);
  database.close();
  return [...complaints, ...worldOf(truth), ...(bodies === 0 ? [] : [`${bodies} sealed bodies are left`])];
}

async function judgeIntake(truth: IntakeTruth): Promise<string[]> {
  const { intake, file, view } = truth;
  const { tally, addsUp } = await report(view, intake);
  const complaints = [
    ...(addsUp ? [] : ['the sums do not add up']),
    ...(intake.state === 'settled' ? [] : [`the intake is ${intake.state}`]),
    ...(tally.rows === file.rows ? [] : [`${tally.rows} rows of ${file.rows}`]),
    ...(await rowsOf(truth, tally)),
  ];
  return complaints.map((complaint) => `${file.name}, intake ${intake.id.slice(0, 8)}: ${complaint}`);
}

/** Rows of a file that are not accounted for yet, by `consumer/card`, and what was counted so far. */
class Account {
  readonly complaints: string[] = [];
  readonly counted: Record<string, number> = {};
  readonly #left: Map<string, number>;

  constructor({ valid }: CardholderFile) {
    this.#left = new Map([...valid].map(([name, { times }]) => [name, times]));
  }

  /** Takes one row of a card away; complains when there is none left. */
  take(name: string, what: string): void {
    const left = this.#left.get(name) ?? 0;
    if (left === 0) this.complaints.push(`${name} is ${what} and should not be, or twice`);
    this.#left.set(name, left - 1);
    this.count(what);
  }

  count(what: string, rows = 1): void {
    this.counted[what] = (this.counted[what] ?? 0) + rows;
  }

  /** Cards with rows that nothing was said about, and how many. */
  left(): readonly (readonly [name: string, rows: number])[] {
    return [...this.#left].filter(([, rows]) => rows > 0);
  }
}

/**
 * Every row of the file is accounted for: rejected, a record, not sent for a true reason, or enrolled and
 * unchanged. A row that stands there again is rejected where the first was sent, and otherwise not sent like
 * it.
 */
async function rowsOf(truth: IntakeTruth, tally: Tally): Promise<string[]> {
  const { view, intake, file, world } = truth;
  const account = new Account(file);
  const { complaints } = account;
  for await (const record of view.records(intake.id)) {
    account.take(cardName(record), record.state);
    const wrong = differenceOf(record, world);
    if (wrong !== undefined) complaints.push(`${cardName(record)} ${wrong}`);
  }
  let invalid = 0;
  for await (const { externalConsumerId = '', externalCardId = '', errors } of view.rejections(intake.id)) {
    const name = cardName({ externalConsumerId, externalCardId });
    if (errors[0].code === 'DUPLICATE_RECORD') account.take(name, 'rejected');
    else if (file.valid.has(name)) complaints.push(`${name} is rejected with ${errors[0].code}`);
    else invalid += 1;
  }
  account.count('rejected', invalid);
  if (invalid !== file.invalid) complaints.push(`${invalid} invalid rows are rejected, of ${file.invalid}`);
  for await (const row of view.unsent(intake.id)) {
    const name = cardName(row);
    account.take(name, row.reason);
    const valid = file.valid.get(name);
    const wrong = valid && untruthIn(row, valid.row, truth);
    if (wrong !== undefined) complaints.push(`${name} ${wrong}`);
  }
  for (const [name, rows] of account.left()) {
    account.count('unchanged', rows);
    const valid = file.valid.get(name);
    const wrong = valid && notUnchanged(name, valid.row, world);
    if (wrong !== undefined) complaints.push(`${name} ${wrong}`);
  }
  const { rejected, enrolled, refused, abandoned, unsent } = tally;
  for (const [what, rows] of Object.entries({ rejected, enrolled, refused, abandoned, ...unsent }))
    if (rows !== (account.counted[what] ?? 0))
      complaints.push(`the report says ${rows} ${what}, ${account.counted[what] ?? 0} rows are`);
  return complaints;
}

/** In what the reason of a row that was not sent is not true. */
function untruthIn(row: UnsentRow, fields: Row, { world, intake }: IntakeTruth): string | undefined {
  const name = cardName(row);
  if (row.intakeId === intake.id) return `was not sent because of its own intake`;
  if (row.reason === 'changed') {
    const agreed = world.enrolledWith.get(name);
    if (agreed === undefined) return 'is reported changed and was never enrolled';
    const groups = differingGroups(groupsOf(fields), agreed);
    const reported = (row.groups ?? []).toSorted();
    return String(reported) === String(groups)
      ? undefined
      : `is reported changed in ${reported}; it is in ${groups}`;
  }
  if (row.reason === 'removed') return 'is reported removed, and nobody was';
  if (row.reason === 'refused-before')
    return world.sent.has(name) ? undefined : 'is reported refused before and was never sent';
  return undefined;
}

function notUnchanged(name: string, fields: Row, world: World): string | undefined {
  const agreed = world.enrolledWith.get(name);
  if (agreed === undefined) return 'is lost: neither sent nor enrolled';
  const groups = differingGroups(groupsOf(fields), agreed);
  return groups.length === 0 ? undefined : `counts as unchanged and differs in ${groups}`;
}

/** In what the ledger's word about a record differs from the world. */
function differenceOf(record: RecordRow, world: World): string | undefined {
  const name = cardName(record);
  const times = world.enrolled.get(name) ?? 0;
  const card = world
    .batchesOf(record.externalBatchId)
    .flatMap(({ cards }) => cards)
    .findLast((one) => cardName(one) === name);
  if (record.state === 'enrolled')
    return times === 1 && card?.cardId === record.providerCardId
      ? undefined
      : `is reported enrolled as ${record.providerCardId ?? 'nothing'}; the provider has it ${times} times, as ${card?.cardId ?? 'nothing'}`;
  if (record.state === 'refused' && record.code === RESULT_MISSING)
    return card?.result === 'lost' ? undefined : 'is reported without a result; the provider reported one';
  if (record.state === 'refused' || record.state === 'abandoned')
    return card?.result === 'enrolled'
      ? `is reported ${record.state}; the provider enrolled it by that batch`
      : undefined;
  return `is still ${record.batchState}`;
}

/** What the provider has seen that should not have been: doubles, and data that stands in no file. */
export function worldOf({ world, files }: Pick<Truth, 'world' | 'files'>): string[] {
  const isInFile = (name: string, values: Parameters<typeof differingGroups>[0]): boolean =>
    files.some(({ valid }) => {
      const found = valid.get(name);
      return found !== undefined && differingGroups(groupsOf(found.row), values).length === 0;
    });
  return [
    ...world.complaints,
    ...[...world.enrolled]
      .filter(([, times]) => times > 1)
      .map(([name, times]) => `${name} is enrolled ${times} times`),
    ...[...world.sent]
      .filter(([name, sent]) => sent.some((values) => !isInFile(name, values)))
      .map(([name]) => `${name} was sent with data that stands in no file, or should not have been sent`),
  ];
}
