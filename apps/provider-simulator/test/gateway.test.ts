import { generateKeyPairSync } from 'node:crypto';
import { explainMismatch, oauth1, parseAuthorizationHeader, requestBaseString } from '@enrollkit/signing';
import { describe, expect, test } from 'vitest';
import { parseFaults } from '../src/index.ts';
import { ask, batchBody, call, enroll, people, programme, receiptOf, replyOf } from './test-client.ts';
import { client, start } from './start.ts';

const path = '/cards/batch';
const gatewayError = (reasonCode: string, recoverable = false) => ({
  Errors: { Error: [{ Source: 'Gateway', ReasonCode: reasonCode, Recoverable: recoverable, Details: null }] },
});

describe('gateway', () => {
  test('the gateway accepts RSA-SHA256 and RSA-PSS', async () => {
    const simulator = await start();
    for (const method of ['RSA-SHA256', 'RSA-PSS'] as const) {
      const url = new URL(
        `${simulator.url}${path}/none?srcClientId=${programme.srcClientId}&serviceId=SECURE%23NAME%2301`,
      );
      const headers = await oauth1({ ...client, method }).authenticate({
        method: 'GET',
        url,
        body: new Uint8Array(),
      });
      expect((await fetch(url, { headers })).status).toBe(404);
    }
  });

  test('the gateway refuses a request without an Authorization header', async () => {
    const simulator = await start();
    const answer = await replyOf(await fetch(`${simulator.url}${path}`, { method: 'POST', body: '{}' }));
    expect(answer).toMatchObject({ status: 400, json: gatewayError('INVALID_AUTH_HEADER') });
  });

  test.each([
    ['Bearer abc', 'MALFORMED_OAUTH_REQ'],
    ['OAuth nonsense', 'MALFORMED_OAUTH_REQ'],
    ['OAuth oauth_consumer_key="a!b",oauth_signature="YQ=="', 'INVALID_OAUTH_SBS'],
  ])('the gateway refuses the header %s with %s', async (authorization, code) => {
    const simulator = await start();
    const answer = await replyOf(
      await fetch(`${simulator.url}${path}`, { method: 'POST', body: '{}', headers: { authorization } }),
    );
    expect(answer).toMatchObject({ status: 400, json: gatewayError(code) });
  });

  test('the gateway refuses a consumer key it does not know', async () => {
    const simulator = await start();
    const answer = await call(Object.assign({}, simulator, { consumerKey: 'nobody!nothing' }), {
      method: 'POST',
      path,
      body: {},
    });
    expect(answer).toMatchObject({ status: 401, json: gatewayError('DECLINED') });
  });

  test('the gateway refuses a body that is not the one signed and quotes both hashes', async () => {
    const simulator = await start();
    const answer = await call(simulator, { method: 'POST', path, body: { one: 1 }, sent: '{"one":2}' });
    expect(answer).toMatchObject({ status: 400, json: gatewayError('INVALID_BODY_HASH') });
    expect(answer.text).toMatch(/Calculated: \S+=, Received: \S+=/);
  });

  test('the gateway looks at the body hash before it looks at the signature', async () => {
    const simulator = await start();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const headers = await oauth1({ consumerKey: simulator.consumerKey, key: privateKey }).authenticate({
      method: 'POST',
      url: new URL(simulator.url + path),
      body: Buffer.from('{"one":1}'),
    });
    const answer = await replyOf(
      await fetch(simulator.url + path, { method: 'POST', body: '{"one":2}', headers }),
    );
    expect(answer).toMatchObject({ status: 400, json: gatewayError('INVALID_BODY_HASH') });
  });

  test('the gateway puts X-MC-Correlation-ID on every answer', async () => {
    const simulator = await start({ faults: parseFaults('503*1+1') });
    const answers = [
      await enroll(simulator, 'batch-1', people(1)),
      await enroll(simulator, 'batch-2', people(1)),
      await call(simulator, { method: 'POST', path, body: {}, sent: '{"a":1}' }),
      await call(simulator, { method: 'GET', path: '/nothing' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 503, 400, 404]);
    const ids = answers.map(({ headers }) => headers.get('x-mc-correlation-id'));
    for (const id of ids) expect(id).toMatch(/^0\.[\da-f]{8}\.\d{10}\.[\da-f]{8}$/);
    expect(new Set(ids).size).toBe(4);
  });

  test('the gateway refuses a wrong signature and quotes the base string it computed', async () => {
    const simulator = await start();
    const url = new URL(`${simulator.url}${path}`);
    const unknownKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const headers = await oauth1({ consumerKey: simulator.consumerKey, key: unknownKey }).authenticate({
      method: 'POST',
      url,
      body: Buffer.from('{}'),
    });
    const answer = await replyOf(await fetch(url, { method: 'POST', body: '{}', headers }));
    expect(answer).toMatchObject({ status: 403, json: gatewayError('AUTHENTICATION_FAILED') });
    const ours = requestBaseString(
      { method: 'POST', url },
      parseAuthorizationHeader(headers['authorization'] ?? '').written,
    );
    expect(answer.json).toMatchObject({
      Errors: { Error: [{ Description: expect.stringContaining(ours) }] },
    });
    expect(explainMismatch(ours, answer.text)).toMatchObject({ kind: 'same' });
  });

  test('the gateway notices a query changed after signing', async () => {
    const simulator = await start();
    const url = new URL(`${simulator.url}${path}/b?srcClientId=${programme.srcClientId}&serviceId=SRC`);
    const headers = await oauth1(client).authenticate({ method: 'GET', url, body: new Uint8Array() });
    const answer = await replyOf(await fetch(`${url.href}&serviceId=OTHER`, { headers }));
    expect(answer).toMatchObject({ status: 403, json: gatewayError('AUTHENTICATION_FAILED') });
  });

  test.each([-301, 301])(
    'the gateway refuses a timestamp %i s off, and says that the request may be repeated',
    async (seconds) => {
      const simulator = await start();
      const clock = () => simulator.clock.now() + seconds * 1000;
      const answer = await call(simulator, { method: 'POST', path, body: {}, clock });
      expect(answer).toMatchObject({ status: 403, json: gatewayError('AUTHENTICATION_FAILED', true) });
    },
  );

  test('the gateway refuses a nonce used before, for as long as its timestamp could be accepted', async () => {
    const simulator = await start({ skewSeconds: 60 });
    const send = (nonce: string, signedAt: number) =>
      call(simulator, {
        method: 'GET',
        path: `${path}/b?srcClientId=${programme.srcClientId}&serviceId=SRC`,
        nonce,
        clock: () => signedAt,
      });
    expect((await send('first', simulator.clock.now())).status).toBe(404);
    simulator.clock.advance(100_000);
    const ahead = simulator.clock.now() + 59_000;
    expect((await send('once', ahead)).status).toBe(404);
    for (let turn = 0; turn < 11; turn++) {
      expect((await send(`other-${turn}`, simulator.clock.now())).status).toBe(404);
      expect(await send('once', ahead)).toMatchObject({
        status: 403,
        json: gatewayError('AUTHENTICATION_FAILED'),
      });
      simulator.clock.advance(10_000);
    }
  });

  test('the gateway does not count a nonce whose signature was wrong', async () => {
    const simulator = await start();
    await call(simulator, { method: 'POST', path, body: {}, sent: '{"a":1}', nonce: 'mine' });
    const answer = await call(simulator, { method: 'POST', path, body: {}, nonce: 'mine' });
    expect(answer).toMatchObject({ status: 400, json: { reason: 'INVALID_ARGUMENT' } });
  });

  test('the gateway takes any x-openapi-clientid, and does without it', async () => {
    const simulator = await start();
    const body = await batchBody(simulator, 'batch-1', people(1));
    const send = (headers: Record<string, string>) =>
      call(simulator, { method: 'POST', path, body, headers });
    expect((await send({})).status).toBe(202);
    expect((await send({ 'x-openapi-clientid': 'a'.repeat(48) })).status).toBe(202);
    expect((await send({ 'x-openapi-clientid': 'ref-app' })).status).toBe(202);
  });

  test('the gateway knows no other paths and methods', async () => {
    const simulator = await start();
    expect(await call(simulator, { method: 'GET', path: '/nothing' })).toMatchObject({
      status: 404,
      json: gatewayError('NOT_FOUND'),
    });
    const wrongMethod = await call(simulator, { method: 'PATCH', path: '/cards' });
    expect(wrongMethod).toMatchObject({ status: 405, json: gatewayError('METHOD_NOT_ALLOWED') });
    expect(wrongMethod.headers.get('allow')).toBe('POST');
  });

  test('the gateway refuses a body larger than it takes', async () => {
    const simulator = await start({ maxBodyBytes: 1000 });
    expect(await call(simulator, { method: 'POST', path, body: 'x'.repeat(1001) })).toMatchObject({
      status: 413,
    });
  });

  test('the gateway gives a flow id, and gives the same back to a client that echoes it', async () => {
    const simulator = await start();
    const first = await enroll(simulator, 'batch-1', people(1));
    const flowId = first.headers.get('x-src-cx-flow-id') ?? '';
    expect(flowId).toMatch(/^[0-9a-zA-Z-_#.]{1,255}$/);
    const second = await call(simulator, {
      method: 'GET',
      path: `${path}/b?srcClientId=${programme.srcClientId}&serviceId=SRC`,
      headers: { 'x-src-cx-flow-id': flowId },
    });
    expect(second.headers.get('x-src-cx-flow-id')).toBe(flowId);
  });
});

describe('bench mode', () => {
  test('bench mode checks no signature and no contract, and still opens and reports', async () => {
    const simulator = await start({ verify: 'none', processingMs: 0 });
    const body = await batchBody(simulator, 'batch-1', people(2));
    const answer = await replyOf(
      await fetch(`${simulator.url}${path}`, { method: 'POST', body: JSON.stringify(body) }),
    );
    expect(answer.status).toBe(202);
    expect((await ask(simulator, receiptOf(answer).batchId)).json).toMatchObject({
      status: 'COMPLETED_SUCCESSFULLY',
      items: { length: 2 },
    });
  });
});
