import { expect } from 'vitest';
import { panOf, cardholders } from './cardholders.ts';
import type { Harness } from './harness.ts';

/** How many rows of the second night's extract differ, and in what. */
export interface Night {
  readonly cards: number;
  readonly added: number;
  readonly addresses: number;
  readonly mobiles: number;
  readonly replaced: number;
  readonly missing: number;
}

/** What is applied, and how many cards an extract may lack: the second night's, and no more. */
export const nightSettings = `sending:
  batchSize: 100
  requestsPerSecond: 5000
  poll: { firstMs: 40, maxMs: 200 }
changes:
  contact: apply
  billingAddress: apply
  cardNumber: apply
  expiry: apply
  remove: apply
limits: { removals: { percent: 5 } }
`;

interface PlanJson {
  readonly rows: number;
  readonly new: number;
  readonly missing: number;
  readonly unsent: Readonly<Record<string, number>>;
  readonly changes: Readonly<Record<string, number>>;
}

interface ReportJson {
  readonly addsUp: boolean;
  readonly exit: string;
  readonly tally: {
    readonly rows: number;
    readonly records: number;
    readonly enrolled: number;
    readonly missing: number;
    readonly unsent: Readonly<Record<string, number>>;
    readonly changes: Readonly<Record<string, { readonly done: number }>>;
  };
}

/** The extract of the second night: the first rows differ, the last ones are missing, new ones follow. */
export function secondNight({ cards, added, addresses, mobiles, replaced, missing }: Night): string {
  const [header = '', ...rows] = cardholders(cards).trim().split('\n');
  const changed = rows.slice(0, cards - missing).map((row, index) => {
    if (index < addresses) return row.replace('1 Main Street', `${index} Side Street`);
    if (index < addresses + mobiles) return row.replace('+14155550123', `+14155551${100 + index}`);
    if (index < addresses + mobiles + replaced) return row.replace(panOf(index), panOf(index + 1_000_000));
    return row;
  });
  const [, ...fresh] = cardholders(added, [], cards).trim().split('\n');
  return `${[header, ...changed, ...fresh].join('\n')}\n`;
}

/** The last line of JSON that a command printed. */
async function json<T>(at: Harness, ...argv: readonly string[]): Promise<T> {
  const { out } = await at.call('--json', ...argv);
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as T;
}

/**
 * Enrolls everybody, then runs the next night's extract, then the same once more: plan, run, report, register
 * and the provider's own world must agree to the record. `settings` are flags for every command.
 */
export async function threeNights(
  at: Harness,
  night: Night,
  { settings, deletesReplaced }: { readonly settings: readonly string[]; readonly deletesReplaced: boolean },
): Promise<void> {
  const { cards, added, addresses, mobiles, replaced, missing } = night;
  await at.call(...settings, 'run', at.write('first.csv', cardholders(cards)));
  const file = at.write('second.csv', secondNight(night));
  const plan = await json<PlanJson>(at, ...settings, 'plan', '--full', file);
  expect(plan).toMatchObject({
    rows: cards - missing + added,
    new: added + replaced,
    missing,
    unsent: { applied: addresses + mobiles, unchanged: cards - missing - addresses - mobiles - replaced },
    changes: {
      'update-profile': mobiles,
      'update-card': addresses,
      'delete-replaced': replaced,
      'delete-card': missing,
    },
  });
  const report = await json<ReportJson>(at, ...settings, 'run', '--full', file);
  expect(report).toMatchObject({ addsUp: true, exit: 'allEnrolled' });
  const { tally } = report;
  const done = Object.fromEntries(Object.entries(tally.changes).map(([kind, states]) => [kind, states.done]));
  expect({
    rows: tally.rows,
    new: tally.records,
    missing: tally.missing,
    unsent: tally.unsent,
    changes: done,
  }).toEqual({
    rows: plan.rows,
    new: plan.new,
    missing: plan.missing,
    unsent: plan.unsent,
    changes: plan.changes,
  });
  const world = at.simulator.world();
  expect(world).toMatchObject({
    enrollments: cards + added + replaced,
    cardUpdates: addresses,
    profileUpdates: mobiles,
    deletedCards: missing + (deletesReplaced ? replaced : 0),
    enrolledMoreThanOnce: deletesReplaced ? 0 : replaced,
  });
  expect(presentCards(at)).toEqual(cardsOf(secondNight(night)));
  await agree(at, night, { settings });
  // The same rows, as another file: nothing is left to be done.
  const third = await json<ReportJson>(
    at,
    ...settings,
    'run',
    '--full',
    at.write('third.csv', `${secondNight(night)}\n`),
  );
  expect(third).toMatchObject({
    exit: 'allEnrolled',
    tally: { records: 0, missing: 0, unsent: { unchanged: cards - missing + added, applied: 0, changed: 0 } },
  });
  expect(at.simulator.world()).toEqual(world);
}

/** The cards of a file, in the order of their names. */
export function cardsOf(file: string): readonly string[] {
  const [, ...rows] = file.trim().split('\n');
  return rows.map((row) => row.split(',').slice(0, 2).join('/')).toSorted();
}

/** The cards in the provider's own world; of one family where two have the same ones. */
export function presentCards(at: Harness, family?: 'directory' | 'old'): readonly string[] {
  return [...at.simulator.records()]
    .filter(({ present }) => present)
    .filter(({ directoryId }) => family === undefined || (directoryId === undefined) === (family === 'old'))
    .map(({ externalConsumerId, externalCardId }) => `${externalConsumerId}/${externalCardId}`)
    .toSorted();
}

/**
 * Report and register say of each card what the second night did with it: the first by line, the second read
 * back.
 */
async function agree(
  at: Harness,
  { cards, added, addresses, mobiles, replaced, missing }: Night,
  { settings }: { readonly settings: readonly string[] },
): Promise<void> {
  const { out } = await at.call(...settings, 'report', '--csv');
  const lines = out.trim().split('\n').slice(1);
  const numbersOf = (state: string): readonly number[] =>
    lines
      .map((line) => line.split(','))
      .filter((cells) => cells[4] === state)
      .map(([, , card = '']) => Number(card.replace('card-', '')))
      .toSorted((one, other) => one - other);
  const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
  const firstReplaced = addresses + mobiles;
  expect(numbersOf('applied')).toEqual(range(0, addresses + mobiles));
  expect(numbersOf('update-card: done')).toEqual(range(0, addresses));
  expect(numbersOf('update-profile: done')).toEqual(range(addresses, mobiles));
  expect(numbersOf('delete-replaced: done')).toEqual(range(firstReplaced, replaced));
  expect(numbersOf('delete-card: done')).toEqual(range(cards - missing, missing));
  expect(numbersOf('enrolled')).toEqual([...range(firstReplaced, replaced), ...range(cards, added)]);
  expect(await at.call(...settings, 'refresh', '--all', '--rate', '5000')).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      new RegExp(`cards compared +${(cards - missing + added).toLocaleString('en')}\n`),
    ),
  });
}

/** Moves what the old side has into the directory, out of the file of the second night. */
export async function move(
  at: Harness,
  { cards, added, missing }: Night,
  { settings }: { readonly settings: readonly string[] },
): Promise<void> {
  const all = cards - missing + added;
  const file = at.path('second.csv');
  const sums = await json<object>(at, ...settings, 'migrate', file, '--from', at.path('enrollkit.yaml'));
  expect(sums).toMatchObject({ enrolledThere: all, inFile: all, missing: 0, enrolledHere: all, open: 0 });
  for (const family of ['directory', 'old'] as const)
    expect(presentCards(at, family), family).toEqual(cardsOf(at.read('second.csv')));
}

/** `count` of them opt out; then a file has ten of those again. They are not enrolled. */
export async function optOuts(
  at: Harness,
  night: Night,
  { settings, count }: { readonly settings: readonly string[]; readonly count: number },
): Promise<void> {
  const [header = '', ...rows] = secondNight(night).trim().split('\n');
  const ids = rows.slice(0, count).map((row) => row.split(',')[0]);
  const before = at.simulator.world();
  const out = await json<ReportJson>(
    at,
    ...settings,
    'opt-out',
    at.write('out.csv', `externalConsumerId\n${ids.join('\n')}\n`),
  );
  expect(out).toMatchObject({
    exit: 'allEnrolled',
    addsUp: true,
    tally: { rows: count, unsent: { 'opted-out': count }, changes: { 'delete-profile': { done: count } } },
  });
  const deletedConsumers = before.deletedConsumers + count;
  expect(at.simulator.world()).toMatchObject({ deletedConsumers });
  const again = await json<ReportJson>(
    at,
    ...settings,
    'run',
    at.write('again.csv', `${[header, ...rows.slice(count - 10, count + 5)].join('\n')}\n`),
  );
  expect(again.tally).toMatchObject({ records: 0, unsent: { 'opted-out': 10, unchanged: 5 } });
  expect(at.simulator.world()).toMatchObject({ enrollments: before.enrollments, deletedConsumers });
  expect(await at.call(...settings, 'refresh', '--all', '--rate', '5000')).toMatchObject({ code: 0 });
  expect(await at.call(...settings, 'ledger', 'verify')).toMatchObject({ code: 0 });
}
