import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operations } from '@enrollkit/contract/runner';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeAccounts } from '../../src/serve/security/account-file.ts';
import { operationRoles } from '../../src/serve/security/operation-roles.ts';
import { roles } from '../../src/serve/security/principal.ts';
import { cardholders } from '../cardholders.ts';
import { Harness } from '../harness.ts';
import { ApiClient } from './api-client.ts';
import { account, password } from './guarded-server.ts';
import { connectRaw, requestText, sendRaw, statusOf } from './raw-request.ts';
import { quick, served, serving, type Served } from './served.ts';

const portOf = ({ server }: Served): number => Number(new URL(server.origin).port);
const actionsIn = async (client: ApiClient): Promise<readonly string[]> =>
  (await client.bodyOf('listAuditEvents', { query: { limit: 500 } })).items.map(({ action }) => action);

/** A console whose users have the roles' names, over a ledger with a finished run. */
async function withUsers(): Promise<{
  at: Harness;
  as: (name: string, secret?: string) => Promise<ApiClient>;
  printed: readonly string[];
}> {
  const at = await Harness.open({}, quick);
  onTestFinished(() => at.close());
  await at.call('run', at.write('cards.csv', cardholders(2)));
  writeAccounts(
    at.path('enrollkit.accounts.json'),
    await Promise.all(roles.map((role) => account(role, role))),
  );
  const { server, printed } = await serving(at);
  const as = async (userName: string, secret = password): Promise<ApiClient> => {
    const client = new ApiClient(server.origin);
    await client.call('signIn', { body: { userName, password: secret } });
    return client;
  };
  return { at, as, printed };
}

describe('a viewer', () => {
  it('is refused by the server at every operation that decides, instructs or uploads, and nothing is done', async () => {
    const { as } = await withUsers();
    const viewer = await as('viewer');
    const before = await actionsIn(viewer);
    const body = {
      reason: 'because',
      outcome: 'not-sent',
      providerAnswer: 'never heard of it',
      instruction: 'stop',
      fileName: 'a.csv',
    };
    const ids = Object.values(operations)
      .filter(({ operationId }) => operationRoles[operationId] === 'operator')
      .map(({ operationId }) => operationId);
    for (const id of ids) {
      const answer = await viewer.call(id, {
        path: { intakeId: 'a', batchId: 1, planId: 'a' },
        ...(id === 'planUpload' && {
          query: { fileName: 'a.csv' },
          body: Buffer.from('x'),
          headers: { 'Content-Type': 'application/octet-stream' },
        }),
        ...(id !== 'planUpload' && operations[id].method === 'POST' && { body }),
      });
      expect(answer, id).toMatchObject({ status: 403, body: { code: 'role-insufficient' } });
    }
    expect(await actionsIn(viewer)).toEqual(before);
  });
});

describe('the audit trail', () => {
  it('has who signed in and out, who was refused and locked, by role and address, and no name that nobody has', async () => {
    const { at, as, printed } = await withUsers();
    const operator = await as('operator');
    await as('my password 4 everything', 'x');
    for (let attempt = 0; attempt < 11; attempt++) await as('viewer', 'a guess');
    await operator.call('signOut');
    const { out } = await at.call('audit');
    expect(out).toMatch(
      /operator \(operator, console\) {2}console sign-in {2}method=password address=127\.0\.0\.1/,
    );
    expect(out).toContain('operator (operator, console)  console sign-out');
    expect(out.match(/viewer \(not signed in, console\) {2}console sign-in refused/g)).toHaveLength(10);
    expect(out.match(/viewer \(not signed in, console\) {2}console account locked/g)).toHaveLength(1);
    expect(out + printed.join('\n')).not.toMatch(/my password|a guess|horse/);
  });
});

describe('a card number', () => {
  const pan = '5204731600014784';
  const written = [
    pan,
    '5204 7316 0001 4784',
    '5204-7316-0001-4784',
    '５２０４７３１６０００１４７８４',
    `see ${pan}!`,
    encodeURIComponent('5204 7316 0001 4784'),
  ];

  it('is refused wherever somebody may type it, and is kept and printed nowhere', async () => {
    const { at, client, printed } = await served();
    await at.call('run', at.write('cards.csv', cardholders(2)));
    for (const text of written) {
      const answers = [
        await client.call('lookUpCardholder', { body: { externalConsumerId: text } }),
        await client.call('lookUpCardholder', { body: { externalConsumerId: 'a', externalCardId: text } }),
        await client.call('abandonBatch', { path: { intakeId: 'a', batchId: 1 }, body: { reason: text } }),
        await client.call('resolveBatch', {
          path: { intakeId: 'a', batchId: 1 },
          body: { outcome: 'not-sent', reason: 'asked', providerAnswer: text },
        }),
        await client.call('instructRunner', { body: { instruction: 'pause', reason: text } }),
        await client.call('planFile', { body: { fileName: `${text}.csv` } }),
        await client.call('planUpload', {
          query: { fileName: `${text}.csv` },
          body: Buffer.from('x'),
          headers: { 'Content-Type': 'application/octet-stream' },
        }),
      ];
      for (const { status, body } of answers) {
        expect({ status, body }, text).toMatchObject({ status: 422, body: { code: 'card-number-refused' } });
        expect(JSON.stringify(body)).not.toContain('4784');
      }
    }
    const tooLong = await client.call('lookUpCardholder', {
      body: { externalConsumerId: pan.repeat(20), [pan]: 1 },
    });
    expect(tooLong.status).toBe(400);
    const everything = [
      ...printed,
      JSON.stringify(tooLong.body),
      (await at.call('audit')).out,
      ...at.filesBut('cards.csv').map(({ bytes }) => bytes.toString('latin1')),
    ].join('\n');
    for (const text of [pan, '5204 7316', '5204-7316']) expect(everything).not.toContain(text);
  });
});

describe('what others wrote', () => {
  const script = '<script>alert(1)</script><img src=x onerror=alert(1)>\u001b[2J\u2028"\'`${1}{{1}}';

  /** A provider that refuses everything with a text of its own. */
  async function refusingProvider(): Promise<string> {
    const server = createServer((request, response) => {
      request.resume().on('end', () =>
        response.writeHead(400, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            errors: [
              { source: script, reasonCode: 'INVALID_ARGUMENT', description: script, recoverable: false },
            ],
            status: 400,
            reason: 'INVALID_ARGUMENT',
            message: script,
          }),
        ),
      );
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('stands in answers as JSON that no browser takes for anything else', async () => {
    const at = await Harness.open({}, quick);
    onTestFinished(() => at.close());
    const { client } = await serving(at);
    const rows = cardholders(3)
      .replace('consumer-1', 'consumer-<script>alert(1)<')
      .replace('jane.2@', '<b onclick=x>@');
    const file = at.write('<img src=x onerror=alert(1)>.csv', rows);
    await at.call('--set', `provider.baseUrl=${await refusingProvider()}`, 'run', file);
    const list = await client.bodyOf('listIntakes');
    const intakeId = String(list.items[0]?.id);
    const answers = await Promise.all([
      client.call('listIntakes'),
      client.call('getIntake', { path: { intakeId } }),
      client.call('listBatches', { path: { intakeId } }),
      client.call('listRecords', { path: { intakeId } }),
      client.call('listRejections', { path: { intakeId } }),
      client.call('countRefusals', { path: { intakeId } }),
      client.call('countRejections', { path: { intakeId } }),
      client.call('listAuditEvents', { query: { limit: 500 } }),
      client.call('getOverview'),
    ]);
    for (const { status, headers } of answers) {
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    expect(JSON.stringify(answers.map(({ body }) => body))).toContain('onerror=alert(1)');
  });

  it('does not stand in the pages, whatever the address says', async () => {
    const { server } = await served();
    const page = await (await fetch(`${server.origin}/intakes/%3Cscript%3Ealert(1)%3C/script%3E`)).text();
    expect(page).toBe(await (await fetch(`${server.origin}/`)).text());
    const missing = await fetch(`${server.origin}/<script>alert(1).js`);
    expect(missing.headers.get('content-type')).toBe('application/problem+json');
    expect(await missing.text()).not.toContain('alert');
  });
});

describe('the real server', () => {
  it('leads to no file but those of the console', async () => {
    const made = await served();
    for (const path of [
      '/../enrollkit.yaml',
      '/assets/..%2f..%2fenrollkit.yaml',
      '/assets/%2e%2e/%2e%2e/enrollkit.yaml',
      '/assets/..%252f..%252fenrollkit.yaml',
      '/assets/..\\..\\enrollkit.yaml',
      '/index.html%00.js',
      '//enrollkit.yaml',
      '/enrollkit.yaml',
      '/assets/',
      '/assets/index-DkX3fA91.js/../../enrollkit.yaml',
    ]) {
      const answer = await sendRaw(
        portOf(made),
        requestText(`GET ${path}`, { Host: new URL(made.server.origin).host }),
      );
      expect(answer, path).not.toMatch(/consumerKey|srcClientId/);
      expect([200, 400, 404], path).toContain(statusOf(answer));
    }
  });

  it('gives events to those who are signed in for as long as they are', async () => {
    const made = await served();
    const { Host, ...headers } = {
      Host: new URL(made.server.origin).host,
      Cookie: made.client.headers['Cookie'] ?? '',
    };
    const without = await sendRaw(portOf(made), requestText('GET /api/events', { Host }));
    expect(statusOf(without)).toBe(401);
    expect(statusOf(await sendRaw(portOf(made), requestText('HEAD /api/events', { Host, ...headers })))).toBe(
      405,
    );
    const { socket, received } = await connectRaw(
      portOf(made),
      requestText('GET /api/events', { Host, ...headers }),
    );
    await waitFor('the stream', () => received().includes('text/event-stream'));
    await made.client.call('signOut');
    expect(await waitFor('the end of the stream', () => socket.closed)).toBe(true);
  });

  it('prints neither links that were used, nor cookies, nor tokens', async () => {
    const { at, client, printed, server } = await served({}, 'output:\n  logFile: serve.log\n');
    await client.call('getSession');
    const secrets = [
      new URL(server.newLink() ?? '').hash.slice(6),
      ...Object.values(client.headers).map((value) => value.replace(/^.*=/, '')),
    ];
    const everything = [...printed, ...at.filesBut().map(({ bytes }) => bytes.toString('latin1'))].join('\n');
    for (const secret of secrets.filter((one) => !one.startsWith('http')))
      expect(everything).not.toContain(secret);
  });
});
