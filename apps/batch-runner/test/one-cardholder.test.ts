import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const fast = `sending:
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;
const directory = [
  '--set',
  'provider.family=credential-directory',
  '--set',
  'provider.directoryId=directory-1',
];

async function opened(): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate' }, fast);
  onTestFinished(() => harness.close());
  return harness;
}

const lines = (out: string): object[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);

describe.each([
  ['click-to-pay', []],
  ['credential-directory', directory],
])('one cardholder, %s', (_family, settings) => {
  it('is read, changed and deleted by single requests, and stays out of the next file', async () => {
    const harness = await opened();
    const call = (...argv: string[]) => harness.call(...settings, '--json', ...argv);
    expect(await call('run', harness.write('in.csv', cardholders(3)))).toMatchObject({ code: 0 });

    const profile = await call('profile', 'get', 'consumer-1');
    expect({ code: profile.code, said: lines(profile.out) }).toMatchObject({
      code: 0,
      said: [
        { kind: 'profile-get', externalConsumerId: 'consumer-1', cards: [{ panEnd: expect.any(String) }] },
      ],
    });
    expect(await harness.call(...settings, 'card', 'get', 'consumer-1', 'card-1')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^card .*active {2}520473\.\.\.\d{4}/),
    });

    const moved = cardholders(1, [], 1).replace('1 Main Street', '2 Side Street');
    const card = await call('card', 'update', harness.write('moved.csv', moved));
    expect({ code: card.code, said: lines(card.out) }).toMatchObject({
      code: 0,
      said: [{ externalCardId: 'card-1', request: 'update-card', result: 'done' }],
    });
    expect(await harness.call(...settings, 'card', 'get', 'consumer-1', 'card-1')).toMatchObject({
      out: expect.stringMatching(/2 S/),
    });
    const renamed = moved.replace('Doe', 'Roe');
    const person = await call('profile', 'update', harness.write('renamed.csv', renamed));
    expect(lines(person.out)).toMatchObject([{ request: 'update-profile', result: 'done' }]);

    expect(lines((await call('card', 'delete', 'consumer-1', 'card-1')).out)).toMatchObject([
      { externalConsumerId: 'consumer-1', request: 'delete-profile', result: 'done' },
    ]);
    expect(await call('card', 'get', 'consumer-1', 'card-1')).toMatchObject({
      code: 3,
      err: expect.stringContaining('missing'),
    });
    expect(lines((await call('profile', 'delete', 'consumer-2')).out)).toMatchObject([
      { externalConsumerId: 'consumer-2', request: 'delete-profile', result: 'done' },
    ]);
    expect(await call('run', harness.write('night.csv', cardholders(4)))).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 4, enrolledMoreThanOnce: 0 });
    const audit = await call('audit');
    for (const action of ['profile get', 'card update', 'profile delete'])
      expect(audit.out).toContain(`"action":"${action}"`);
  });

  it('who is not enrolled is neither changed nor enrolled by an update, and is not found', async () => {
    const harness = await opened();
    const call = (...argv: string[]) => harness.call(...settings, '--json', ...argv);
    const file = harness.write('in.csv', cardholders(1));
    expect(lines((await call('profile', 'update', file)).out)).toMatchObject([{ result: 'new' }]);
    expect(await call('profile', 'get', 'nobody')).toMatchObject({ code: 3 });
    expect(await call('card', 'update', harness.write('two.csv', cardholders(2)))).toMatchObject({ code: 2 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 0 });
  });
});
