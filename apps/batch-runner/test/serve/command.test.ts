import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Harness, type Running } from '../harness.ts';
import { ApiClient } from './api-client.ts';
import { events } from './event-reader.ts';
import { quick } from './served.ts';

async function linkOf(running: Running): Promise<string> {
  const link = () => /http:\/\/[^\s"]+#link=[\w-]+/.exec(running.said())?.[0];
  await waitFor('the link', () => link() !== undefined, 60_000);
  return link() ?? '';
}

async function open(): Promise<Harness> {
  const at = await Harness.open({}, quick);
  onTestFinished(() => at.close());
  return at;
}

describe('the console as a command', { timeout: 120_000 }, () => {
  it('is served until it is told to end: streams are closed, and the exit says by which signal', async () => {
    const at = await open();
    const running = at.start('serve', '--set', 'serve.port=0');
    const client = await ApiClient.byLink(await linkOf(running));
    const stream = events(client);
    expect((await stream.next()).value?.type).toBe('progress');
    const last = stream.next();
    running.process.kill('SIGTERM');
    expect((await last).value?.type).toBe('end');
    expect(await running.ended).toMatchObject({
      code: 143,
      err: expect.stringContaining('the console is closed') as string,
    });
  });

  it('shows a demo, and stays open when that has ended', async () => {
    const at = await open();
    const running = at.start('demo', '--console', '-n', '20', '--folder', 'demo');
    const client = await ApiClient.byLink(await linkOf(running));
    await waitFor('the demo to end', () => running.said().includes('the console stays open'), 60_000);
    expect(await client.call('listIntakes')).toMatchObject({
      status: 200,
      body: { items: [{ state: 'settled', sums: { enrolled: 20 } }] },
    });
    running.process.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 0 });
  });

  it('says what to do when its port is taken', async () => {
    const at = await open();
    const running = at.start('serve', '--set', 'serve.port=0');
    const { port } = new URL(await linkOf(running));
    expect(await at.enrollkit('serve', '--set', `serve.port=${port}`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/port \d+ of 127\.0\.0\.1 cannot be opened[^]*hint: /) as string,
    });
  });
});
