import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const HOUR_MS = 3_600_000;

/** The hours, in UTC, from so many hours after now for one hour. */
function hoursAfter(hours: number): string {
  const at = (more: number): string =>
    new Date(Date.now() + (hours + more) * HOUR_MS).toISOString().slice(11, 16);
  return `${at(0)}-${at(1)}`;
}

async function harness(sending: string): Promise<Harness> {
  const opened = await Harness.open(
    {},
    `sending:
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
  timeZone: UTC
  ${sending}
`,
  );
  onTestFinished(() => opened.close());
  return opened;
}

describe('a run while the sending window is closed', () => {
  it('waits, with status saying until when, and goes on with resume when it was stopped', async () => {
    const hours = hoursAfter(3);
    const at = await harness(`window: ["${hours}"]`);
    const running = at.start('run', at.write('in.csv', cardholders(5)));
    await waitFor(
      'the run to wait',
      () => running.said().includes('the sending window is closed until'),
      60_000,
    );
    expect(running.said()).toContain(`, ${hours.slice(0, 5)} (UTC)`);
    expect(await at.call('status')).toMatchObject({
      code: 4,
      err: expect.stringContaining(`the sending window is closed until`),
    });
    running.process.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143 });
    expect(at.simulator.world()).toMatchObject({ batches: 0 });
    expect(await at.call('resume', '--set', 'sending.window=sun-sat')).toMatchObject({ code: 0 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 5, enrolledMoreThanOnce: 0 });
  });

  it('ends at once, resumable, when the window opens only after the deadline; enroll does not wait', async () => {
    const at = await harness(`window: ["${hoursAfter(3)}"]\n  deadlineMs: ${HOUR_MS}`);
    expect(await at.call('run', at.write('in.csv', cardholders(5)))).toMatchObject({
      code: 4,
      err: expect.stringMatching(/the sending window opens .* after the deadline[^]*hint: .*resume/),
    });
    const consents = ['termsUri', 'privacyUri'].flatMap((name) => [
      '--set',
      `provider.${name}=https://bank.example/${name}`,
    ]);
    const one = at.write('one.csv', cardholders(1, [], 50));
    expect(await at.call(...consents, 'enroll', one)).toMatchObject({ code: 0 });
  });

  it.each([
    ['window: [fri 25:00-26:00]', 'sending.window.0: must be days, hours or both'],
    ['window: 08:00-08:00', 'sending.window.0: must be days, hours or both'],
    ['window: someday', 'must be days, hours or both'],
    ['rates: [{ times: sat, requestsPerSecond: 0 }]', 'sending.rates.0.requestsPerSecond'],
  ])('is refused where it is configured as %s', async (setting, says) => {
    const at = await harness(setting);
    const file = at.write('in.csv', cardholders(1));
    expect(await at.call('check', file)).toMatchObject({ code: 2, err: expect.stringContaining(says) });
  });

  it('needs the time zone whose clock is meant', async () => {
    const at = await harness('window: [sat-sun, mon-fri 22:00-06:00]');
    const file = at.write('in.csv', cardholders(1));
    expect(await at.call('check', file)).toMatchObject({ code: 0 });
    const config = at.read('enrollkit.yaml');
    at.write('enrollkit.yaml', config.replace('  timeZone: UTC\n', ''));
    expect(await at.call('check', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('sending.timeZone: is required beside window and rates'),
    });
    at.write('enrollkit.yaml', config.replace('UTC', 'Europe/Bonn'));
    expect(await at.call('check', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('must be a time zone'),
    });
  });
});
