import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { openLedgerView } from '@enrollkit/ledger';
import { freePort, waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const path = '/notifications/batch/enrollmentrecord';
/** Nothing is polled in the time of a test. */
const settings = (port: number) => `sending:
  batchSize: 10
  requestsPerSecond: 200
  poll: { firstMs: 3600000, maxMs: 3600000, jitter: 0 }
notifications:
  port: ${port}
  proof: none
`;

async function opened(): Promise<{ harness: Harness; port: number; polls: () => number }> {
  const port = await freePort();
  const asked: string[] = [];
  const harness = await Harness.open(
    {
      notificationUrl: `http://127.0.0.1:${port}${path}`,
      processingMs: 150,
      onRequest: (operation) => asked.push(operation),
    },
    settings(port),
  );
  onTestFinished(() => harness.close());
  return { harness, port, polls: () => asked.filter((one) => one === 'getBatchStatus').length };
}

const post = (port: number, body: unknown) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('notifications', () => {
  it('settle the batches of a run without a single poll, and stand in the audit trail', async () => {
    const { harness, polls } = await opened();
    const file = harness.write('in.csv', cardholders(25));
    expect(await harness.call('run', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/enrolled +25\n/),
    });
    expect(polls()).toBe(0);
    const { out } = await harness.call('--json', 'audit');
    expect(out.match(/"action":"notification"/g)).toHaveLength(3);
    expect(await harness.call('--set', 'sending.poll.firstMs=10', 'reconcile')).toMatchObject({ code: 0 });
  });
});

interface Sent {
  readonly externalBatchId: string;
  readonly providerBatchId: string;
  readonly cards: readonly string[];
}

/** The submitted batches of the newest intake. */
async function sentBatches(harness: Harness): Promise<readonly Sent[]> {
  const ledger = await openLedgerView(harness.path('enrollkit.ledger.db'));
  const [intake] = await ledger.listIntakes();
  const batches = await Promise.all(
    (await ledger.batchesIn(intake?.id ?? '', 'submitted')).map(
      async ({ id, externalBatchId, providerBatchId = '' }) => ({
        externalBatchId,
        providerBatchId,
        cards: (await ledger.recordsOf(id)).map(({ externalCardId }) => externalCardId),
      }),
    ),
  );
  await ledger.close();
  return batches;
}

const item = (card: string) => ({
  externalConsumerId: card.replace('card', 'consumer'),
  externalCardId: card,
  status: 'SUCCESSFUL',
});

describe('enrollkit notifications serve', () => {
  it('settles what an earlier run has sent, and takes nothing that is forged, of nobody, or no notification', async () => {
    const { harness, port, polls } = await opened();
    const file = harness.write('in.csv', cardholders(20));
    // Nobody listens during this run, so its notifications are lost, and it ends before a poll is due.
    const sent = await harness.call(
      '--set',
      'sending.deadlineMs=1500',
      '--config',
      harness.write(
        'deaf.yaml',
        readFileSync(harness.path('enrollkit.yaml'), 'utf8').replace(/notifications:[^]*/, ''),
      ),
      'run',
      file,
    );
    expect(sent).toMatchObject({ code: 4 });
    const batches = await sentBatches(harness);
    expect(batches).toHaveLength(2);

    const serving = harness.start('notifications', 'serve', '--until-idle');
    await waitFor('the receiver', () => serving.said().includes('notifications are received at'));
    const about = (externalBatchId: string, batchId: string, cards: readonly string[]) =>
      post(port, { batchId, externalBatchId, enrollmentRecordNotifications: cards.map(item) });
    const statuses = [
      await post(port, 'not json'),
      await about(batches[0]?.externalBatchId ?? '', 'forged-id', ['card-0']),
      await about('nobody-sent-this', 'B-1', ['card-0']),
      await fetch(`http://127.0.0.1:${port}/other`),
      await fetch(`http://127.0.0.1:${port}${path}`),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 204, 204, 404, 405]);
    expect((await harness.json<{ tally: object }>('report')).tally).toMatchObject({
      submitted: 20,
      enrolled: 0,
    });

    // One record after the other, and the first one twice.
    for (const { externalBatchId, providerBatchId, cards } of batches)
      for (const card of [cards[0] ?? '', ...cards])
        expect(await about(externalBatchId, providerBatchId, [card])).toMatchObject({ status: 204 });
    expect(await serving.ended).toMatchObject({ code: 0 });
    expect(polls()).toBe(0);
    expect((await harness.json<{ tally: object }>('report')).tally).toMatchObject({
      submitted: 0,
      enrolled: 20,
    });
  });

  it('believes only what is signed, where the configuration asks for it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const keys = createServer((_request, response) =>
      response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k-1' }] })),
    ).listen(0, '127.0.0.1');
    await once(keys, 'listening');
    onTestFinished(() => void keys.close());
    const keySetUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`;
    const signed = (body: object, header: object = { alg: 'RS256', kid: 'k-1' }) => {
      const text = [header, body]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
    };
    const body = { batchId: 'B-1', externalBatchId: 'b-1', enrollmentRecordNotifications: [item('card-0')] };
    const { harness, port } = await opened();
    const running = harness.start(
      '--set',
      'notifications.proof=jws',
      '--set',
      `notifications.keySetUrl=${keySetUrl}`,
      'notifications',
      'serve',
    );
    await waitFor('the receiver', () => running.said().includes('notifications are received at'));
    const token = signed(body);
    const statuses = [
      await post(port, token),
      await post(port, body),
      await post(port, `${token.slice(0, -6)}AAAAAA`),
      await post(port, signed(body, { alg: 'none', kid: 'k-1' })),
      await post(port, signed(body, { alg: 'RS256', kid: 'k-2' })),
    ].map(({ status }) => status);
    running.process.kill('SIGTERM');
    expect(statuses).toEqual([204, 400, 400, 400, 400]);
    expect(await running.ended).toMatchObject({ code: 143 });
  });

  it('believes who shows a certificate of the authority that the configuration names, and nobody else', async () => {
    const { harness, port } = await opened();
    const pem = (name: string) =>
      readFileSync(new URL(`../../../libs/client/test/tls/${name}`, import.meta.url), 'utf8');
    for (const name of ['ca.pem', 'server.pem', 'server.key.pem']) harness.write(name, pem(name));
    const secured = {
      proof: 'mutual-tls',
      certFile: 'server.pem',
      keyFile: 'server.key.pem',
      clientCaFile: 'ca.pem',
    };
    const set = Object.entries(secured).flatMap(([name, value]) => [
      '--set',
      `notifications.${name}=${value}`,
    ]);
    const running = harness.start(...set, 'notifications', 'serve');
    await waitFor('the receiver', () => running.said().includes('notifications are received at'));
    const body = { batchId: 'B-1', externalBatchId: 'b-1', enrollmentRecordNotifications: [item('card-0')] };
    const send = (own: { readonly key?: string; readonly cert?: string }) =>
      new Promise<number | string | undefined>((resolve) => {
        const options = { host: 'localhost', port, path, method: 'POST', ca: pem('ca.pem'), ...own };
        request(options, (response) => resolve(response.resume().statusCode))
          .on('error', () => resolve('no connection'))
          .end(JSON.stringify(body));
      });
    expect(await send({ key: pem('client.key.pem'), cert: pem('client.pem') })).toBe(204);
    expect(await send({})).toBe('no connection');
    const other = ['req', '-x509', '-key', 'signing-key.pem', '-subj', '/CN=other', '-out', 'other.pem'];
    execFileSync('openssl', other, { cwd: harness.folder, stdio: 'pipe' });
    const selfSigned = { key: harness.read('signing-key.pem'), cert: harness.read('other.pem') };
    expect(await send(selfSigned)).toBe('no connection');
    running.process.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143 });
  });

  it('says what it needs: a port, a proof, and the family that is known to send notifications', async () => {
    const { harness } = await opened();
    const call = (...set: string[]) =>
      harness.call(...set.flatMap((one) => ['--set', one]), 'notifications', 'serve');
    expect(await call('notifications.proof=mutual-tls')).toMatchObject({
      code: 2,
      err: expect.stringContaining('clientCaFile: is required'),
    });
    expect(await call('provider.family=credential-directory', 'provider.directoryId=d-1')).toMatchObject({
      code: 2,
      err: expect.stringContaining('not known to send notifications'),
    });
  });
});
