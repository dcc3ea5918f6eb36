import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parseFaults } from '@enrollkit/provider-simulator';
import { describe, it, type TestContext } from 'vitest';
import { cardholders, panOf } from './cardholders.ts';
import { Harness } from './harness.ts';
import { runInProcess } from './in-process.ts';
import type { Ended } from './process.ts';

const fast = `sending: { requestsPerSecond: 500, poll: { firstMs: 30, maxMs: 100 } }
output: { logFile: run.log }
`;
const secret = 'a secret of more than thirty-two characters';

/** Writes what it is given and its environment into `received.json`; each call is a line. */
const program = `
let given = '';
process.stdin.on('data', (part) => (given += part)).on('end', () =>
  require('node:fs').appendFileSync('received.json', JSON.stringify({ document: JSON.parse(given), env: process.env, argv: process.argv.slice(2) }) + '\\n'));
`;

interface Received {
  readonly document: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

interface Bank {
  readonly harness: Harness;
  readonly run: (...argv: string[]) => Promise<Ended>;
  readonly received: () => readonly Received[];
}

async function bank({ onTestFinished }: TestContext, onEnd: string): Promise<Bank> {
  const harness = await Harness.open({}, `${fast}onEnd: ${onEnd}\n`);
  onTestFinished(() => harness.close());
  harness.write('tell.cjs', program);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: harness.folder,
    ENROLLKIT_SIGNING_CONSUMER_KEY: harness.simulator.consumerKey,
    CHAT_TOKEN: 'for the chat',
    DATABASE_PASSWORD: 'for something else',
  };
  return {
    harness,
    run: (...argv) => runInProcess(['--config', harness.path('enrollkit.yaml'), ...argv], environment),
    received: () =>
      existsSync(harness.path('received.json'))
        ? harness
            .read('received.json')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Received)
        : [],
  };
}

const teller = `{ command: [${process.execPath}, tell.cjs, 'two words; $HOME'], environment: [CHAT_TOKEN] }`;

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function receiver(
  { onTestFinished }: TestContext,
  answer: number | 'none',
): Promise<{ readonly url: string; readonly calls: readonly Call[] }> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      calls.push({ headers: request.headers, body: await text(request) });
      if (answer !== 'none') response.writeHead(answer, { location: '/elsewhere' }).end();
    };
    void take();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token-in-path`, calls };
}

describe('the program of onEnd', () => {
  it('gets exit code and sums of a run once, as typed, with no secret and no card number', async (test) => {
    const { expect } = test;
    const { harness, run, received } = await bank(test, teller);
    const file = harness.write(`in-${panOf(7)}.csv`, cardholders(4, ['5204731600000003']));
    expect(await run('run', file)).toMatchObject({ code: 3 });
    expect(received()).toHaveLength(1);
    const [{ document, env, argv } = expect.fail()] = received();
    expect(argv).toEqual(['two words; $HOME']);
    const sums = { rows: 4, rejected: 1, enrolled: 3, refused: 0, unknown: 0, unfinished: 0 };
    expect(document).toMatchObject({ command: 'run', exitCode: 3, sums, intakes: [sums] });
    expect(document).not.toHaveProperty('error');
    expect(env).toMatchObject({ RUN_COMMAND: 'run', RUN_EXIT_CODE: '3', CHAT_TOKEN: 'for the chat' });
    expect(Object.keys(env).filter((name) => /^ENROLLKIT|PASSWORD|CONSUMER/.test(name))).toEqual([]);
    expect(harness.read('received.json')).not.toContain(panOf(7));
    expect(harness.read('received.json')).not.toContain('jane.');
  });

  it('is told of each run, resume, retry and worker, also of one that was denied or could not begin', async (test) => {
    const { expect } = test;
    const { harness, run, received } = await bank(test, teller);
    harness.simulator.setFaults(parseFaults('403'));
    expect(await run('run', harness.path('nowhere.csv'))).toMatchObject({ code: 2 });
    expect(await run('run', harness.write('in.csv', cardholders(2)))).toMatchObject({ code: 4 });
    harness.simulator.setFaults([]);
    expect(await run('resume')).toMatchObject({ code: 0 });
    const { code: retried } = await run('retry');
    expect(await run('worker')).toMatchObject({ code: 2 });
    expect(await run('status')).toMatchObject({ code: 0 });
    expect(received().map(({ document }) => document)).toMatchObject([
      { command: 'run', exitCode: 2, error: 'input-missing', intakes: [] },
      { command: 'run', exitCode: 4, sums: { rows: 2, unfinished: 2 } },
      { command: 'resume', exitCode: 0, sums: { rows: 2, enrolled: 2, unfinished: 0 } },
      { command: 'retry', exitCode: retried },
      { command: 'worker', exitCode: 2, error: 'usage' },
    ]);
  });

  it.for([
    [
      'ends badly',
      `[${process.execPath}, -e, 'console.error("no chat"); process.exit(9)']`,
      'ended with 9: no chat',
    ],
    ['cannot be started', '[./nowhere]', 'could not be started (ENOENT)'],
    ['does not end', `[${process.execPath}, -e, 'setInterval(() => 0, 1000)']`, 'took more than 1500 ms'],
  ] as const)(
    'that %s is said on the terminal and in the log, and the exit stays',
    async ([, command, says], test) => {
      const { expect } = test;
      const { harness, run } = await bank(test, `{ command: ${command}, timeoutMs: 1500 }`);
      const { code, err } = await run('run', harness.write('in.csv', cardholders(2)));
      expect(code).toBe(0);
      expect(err).toContain('onEnd.command: ');
      expect(err).toContain(says);
      expect(harness.read('run.log')).toContain(`"msg":"end-not-notified"`);
    },
  );
});

describe('the webhook of onEnd', () => {
  it('gets the same document, signed with a timestamp', async (test) => {
    const { expect } = test;
    const { url, calls } = await receiver(test, 204);
    const { harness, run } = await bank(test, `{ webhook: '${url}', secretFile: hook.secret }`);
    harness.write('hook.secret', `${secret}\n`);
    const { code, err } = await run('run', harness.write('in.csv', cardholders(2)));
    expect({ code, received: err.includes('onEnd') }).toEqual({ code: 0, received: false });
    expect(calls).toHaveLength(1);
    const [{ headers, body } = expect.fail()] = calls;
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = headers;
    expect(signature).toBe(
      `v1,${createHmac('sha256', secret)
        .update(`${String(id)}.${String(at)}.${body}`)
        .digest('base64')}`,
    );
    expect(Math.abs(Number(at) - Date.now() / 1_000)).toBeLessThan(60);
    expect(JSON.parse(body)).toMatchObject({
      version: 1,
      command: 'run',
      exitCode: 0,
      sums: { enrolled: 2 },
    });
  });

  it.for([
    [500, 'answered 500'],
    [302, 'could not be reached'],
    ['none', 'did not answer within 300 ms'],
  ] as const)(
    'that answers %s is said with its host alone, and the exit stays',
    async ([answer, says], test) => {
      const { expect } = test;
      const { url, calls } = await receiver(test, answer);
      const { harness, run } = await bank(
        test,
        `{ webhook: '${url}', secretFile: hook.secret, timeoutMs: 300 }`,
      );
      harness.write('hook.secret', secret);
      const { code, err } = await run('run', harness.write('in.csv', cardholders(2)));
      expect(code).toBe(0);
      expect(calls).toHaveLength(1);
      expect(err).toMatch(/onEnd\.webhook: 127\.0\.0\.1:\d+ /);
      expect(err).toContain(says);
      expect(`${err}${harness.read('run.log')}`).not.toContain('token-in-path');
    },
  );

  it('is refused before anything is sent without its secret, over plain http, and with one that is too short', async (test) => {
    const { expect } = test;
    const { harness, run } = await bank(
      test,
      '{ webhook: "https://alerts.example", secretFile: hook.secret }',
    );
    const file = harness.write('in.csv', cardholders(2));
    expect(await run('run', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('onEnd.secretFile'),
    });
    harness.write('hook.secret', 'short');
    expect(await run('run', file)).toMatchObject({ code: 2, err: expect.stringContaining('32 characters') });
    expect(await run('--set', 'onEnd.webhook=http://alerts.example', 'run', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('must begin with https://'),
    });
    expect(
      await run('--set', 'onEnd.environment=["ENROLLKIT_SIGNING_CONSUMER_KEY"]', 'run', file),
    ).toMatchObject({
      code: 2,
      err: expect.stringContaining('none of Enrollkit'),
    });
    expect(harness.simulator.world().batches).toBe(0);
  });
});
