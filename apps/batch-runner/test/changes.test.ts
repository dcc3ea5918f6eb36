import { describe, expect, it, onTestFinished } from 'vitest';
import { fileOf, rowsOf } from './cardholders.ts';
import { Harness } from './harness.ts';
import { families, refreshAfterOptOuts } from './refreshed.ts';

const settings = `sending:
  batchSize: 10
  requestsPerSecond: 500
  poll: { firstMs: 40, maxMs: 200 }
changes:
  contact: apply
  name: apply
  billingAddress: apply
  cardNumber: apply
  expiry: apply
  remove: apply
`;

async function open(more = ''): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate' }, `${settings}${more}`);
  onTestFinished(() => harness.close());
  return harness;
}

describe('a file with changed rows', () => {
  it('brings contact, address and card to the provider, as plan says, and does nothing the next time', async () => {
    const at = await open();
    const monday = rowsOf(30);
    expect(await at.call('run', at.write('monday.csv', fileOf(monday)))).toMatchObject({ code: 0 });
    const tuesday = rowsOf(33)
      .join('\n')
      .replace('jane.3@example.com', 'new@example.com')
      .replace('12/39', '11/38');
    const file = at.write('tuesday.csv', `${tuesday}\n`);
    expect(await at.call('plan', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/new: would be sent +4\n[^]*brought up to date +1\n[^]*at least 4 requests/),
    });
    expect(await at.call('run', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/brought up to date +1\n[^]*enrolled +4\n[^]*the sums add up/),
    });
    expect(at.simulator.world()).toMatchObject({ enrollments: 34, profileUpdates: 1, cardUpdates: 0 });
    expect(await at.call('run', at.write('wednesday.csv', `${tuesday}\n`))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/already enrolled, unchanged +33\n[^]*records +0\n/),
    });
  });
});

describe('a changed contact', () => {
  const emailOf = (number: number): string => `jane.${number}@example.com`;

  it("that is another consumer's is rejected, as plan says, whoever of them comes first", async () => {
    const at = await open();
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(10))));
    // 1 takes what 2 has, 3 and a new one take the same new one, 4 keeps its own in other letters.
    const tuesday = fileOf(rowsOf(11))
      .replace(emailOf(1), emailOf(2))
      .replace(emailOf(3), 'new@example.com')
      .replace(emailOf(4), emailOf(4).toUpperCase())
      .replace(emailOf(10), 'New@example.com');
    const file = at.write('tuesday.csv', tuesday);
    expect((await at.call('plan', file)).out).toMatch(
      /new: would be sent +0\n +rejected +2\n[^]*brought up to date +1\n/,
    );
    expect(await at.call('run', file)).toMatchObject({
      code: 3,
      out: expect.stringMatching(/rejected before sending +2\n/),
    });
    expect(at.read('tuesday.rejections.csv').match(/CONTACT_SHARED/g)).toHaveLength(2);
    expect(at.simulator.world()).toMatchObject({ profileUpdates: 1, enrollments: 10 });
  });

  it('is taken from then on, and the one before is free', async () => {
    const at = await open();
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(3))));
    await at.call('run', at.write('tuesday.csv', fileOf(rowsOf(3)).replace(emailOf(1), 'new@example.com')));
    const others = rowsOf(6).filter((_, line) => line === 0 || line > 3);
    const wednesday = fileOf(others).replace(emailOf(4), emailOf(1)).replace(emailOf(5), 'new@example.com');
    const file = at.write('wednesday.csv', wednesday);
    expect((await at.call('plan', file)).out).toMatch(/new: would be sent +2\n +rejected +1\n/);
    expect((await at.call('run', file)).out).toMatch(/rejected before sending +1\n[^]*enrolled +2\n/);
    expect(at.read('wednesday.rejections.csv')).toMatch(/consumer-5,.*CONTACT_SHARED/);
  });
});

it('a card that was enrolled anew on purpose and then removed leaves its number and contact to others', async () => {
  const at = await open();
  const rows = rowsOf(3);
  await at.call('run', at.write('monday.csv', fileOf(rows)));
  await at.call('run', '--again', 'test', at.write('tuesday.csv', `${fileOf(rows)}\n`));
  await at.call('opt-out', at.write('out.csv', 'externalConsumerId\nconsumer-1\n'));
  const heir = (rows[2] ?? '').replace('consumer-1,card-1', 'heir,card-9');
  const file = at.write('wednesday.csv', fileOf([rows[0] ?? '', heir]));
  expect((await at.call('plan', file)).out).toMatch(/new: would be sent +1\n +rejected +0\n/);
  expect((await at.call('run', file)).out).toMatch(/rejected before sending +0\n[^]*enrolled +1\n/);
});

describe('a full extract', () => {
  const limits = 'limits: { removals: { percent: 10 } }\n';

  it('has the cards removed that it lacks, as plan says, and they are not enrolled again by another file', async () => {
    const at = await open(limits);
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(30))));
    const rows = rowsOf(30).filter((_, line) => ![3, 4, 5].includes(line));
    const file = at.write('tuesday.csv', fileOf(rows));
    const plan = await at.call('plan', '--full', file);
    expect(plan.out).toMatch(/not in the full extract +3\n +cards deleted +3\n/);
    expect(await at.call('run', '--full', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /already enrolled, unchanged +27\n[^]*not in the full extract +3\n +cards deleted +3\n/,
      ),
    });
    expect(at.simulator.world()).toMatchObject({ deletedCards: 3, enrollments: 30 });
    expect(await at.call('run', at.write('wednesday.csv', fileOf(rowsOf(30))))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/removed or erased +3\n/),
    });
    expect(at.simulator.world()).toMatchObject({ deletedCards: 3, enrollments: 30 });
  });

  it('that was cut in half by a broken transfer removes nothing, until a person confirms the number', async () => {
    const at = await open(limits);
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(20))));
    const whole = fileOf(rowsOf(20));
    const file = at.write('tuesday.csv', whole.slice(0, whole.length / 2));
    const ran = await at.call('run', '--full', file);
    expect(ran.code).toBe(3);
    const [, missing = ''] = /not in the full extract +(\d+) +not removed/.exec(ran.out) ?? [];
    expect(Number(missing)).toBeGreaterThan(8);
    expect(ran.err).toContain(`--confirm-removals ${missing}`);
    expect(at.simulator.world()).toMatchObject({ deletedCards: 0 });
    await at.call('run', '--full', '--confirm-removals', String(Number(missing) - 1), file);
    expect(at.simulator.world()).toMatchObject({ deletedCards: 0 });
    await at.call('run', '--full', '--confirm-removals', missing, file);
    expect(at.simulator.world()).toMatchObject({ deletedCards: Number(missing) });
  });

  it('removes nobody whose row is rejected, and nothing at all while a row does not say whose it is', async () => {
    const at = await open(limits);
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(20))));
    const rows = rowsOf(20).filter((_, line) => line !== 7);
    const faulty = fileOf(rows).replace('jane.3@example.com', 'nobody');
    await at.call('run', '--full', at.write('tuesday.csv', faulty));
    expect(at.simulator.world()).toMatchObject({ deletedCards: 1 });
    const unreadable = fileOf(rowsOf(20).filter((_, line) => line !== 7 && line !== 8)).replace(
      'consumer-3,',
      'con sumer,',
    );
    const ran = await at.call('run', '--full', at.write('wednesday.csv', unreadable));
    expect(ran.err).toContain('cannot be read far enough');
    expect(at.simulator.world()).toMatchObject({ deletedCards: 1 });
  });
});

describe('who opts out', () => {
  it('is deleted with the profile, and enrolled by no later file until a new consent is recorded', async () => {
    const at = await open();
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(20))));
    const ids = 'externalConsumerId\nconsumer-3\nconsumer-4\nconsumer-99\n';
    expect(await at.call('opt-out', at.write('out.csv', ids))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/opted out +3\n[^]*profiles deleted +2\n[^]*the sums add up/),
    });
    expect(at.simulator.world()).toMatchObject({ deletedCards: 2, deletedConsumers: 2 });
    // Also under another card, and also one who was never enrolled.
    const [header = ''] = rowsOf(0);
    const again = [header, ...rowsOf(100).filter((row) => /consumer-(3|4|5|99),/.test(row))];
    const other = fileOf(again).replace('card-3', 'card-new');
    for (const args of [[], ['--again', 'test']]) {
      const ran = await at.call('run', ...args, at.write('tuesday.csv', other));
      expect(ran.out).toMatch(/opted out +3\n/);
    }
    expect(at.simulator.world()).toMatchObject({ deletedCards: 2, enrollments: 21 });
    expect(await at.call('opt-in', 'consumer-3', '--reason', 'signed form')).toMatchObject({ code: 0 });
    expect((await at.call('audit')).out).toContain('signed form');
    await at.call('run', at.write('wednesday.csv', fileOf(again)));
    expect(at.simulator.world()).toMatchObject({ enrollments: 22, deletedConsumers: 1 });
  });

  it('with one of two cards keeps the other, and the profile', async () => {
    const at = await open();
    const rows = [
      ...rowsOf(3),
      (rowsOf(3)[1] ?? '').replace('card-0,5204731600000007', 'card-b,2222420000001113'),
    ];
    await at.call('run', at.write('monday.csv', fileOf(rows)));
    expect(at.simulator.world()).toMatchObject({ enrolled: 4 });
    const out = 'externalConsumerId,externalCardId\nconsumer-0,card-b\n';
    expect((await at.call('opt-out', at.write('out.csv', out))).out).toMatch(/ cards deleted +1\n/);
    expect(at.simulator.world()).toMatchObject({ deletedCards: 1, deletedConsumers: 0 });
    const ran = await at.call('run', at.write('tuesday.csv', `${fileOf(rows)}\n`));
    expect(ran.out).toMatch(/unchanged +3\n[^]*opted out +1\n/);
  });
});

describe('enrollkit refresh', () => {
  it.for(families)(
    'names exactly who opted out at the provider, and with --accept no later file enrolls them: $family',
    async ({ settings: flags }) => {
      const at = await open();
      await refreshAfterOptOuts(at, { flags, cards: 25, optOuts: 5 });
      expect((await at.call(...flags, 'refresh', '--sample', '4')).out).toMatch(/consumers read +4\n/);
    },
  );

  it('knows a card by its number where the provider gave it no id before the first checkout', async () => {
    const at = await Harness.open({ delayedTokenization: true }, settings);
    onTestFinished(() => at.close());
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(4))));
    expect(await at.call('refresh', '--all')).toMatchObject({
      code: 0,
      out: expect.stringContaining('no difference'),
    });
  });
});
