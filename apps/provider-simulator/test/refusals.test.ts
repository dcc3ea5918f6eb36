import { createHash, createPublicKey } from 'node:crypto';
import { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import { describe, expect, test } from 'vitest';
import {
  batchBody,
  call,
  del,
  enroll,
  enrollmentData,
  get,
  people,
  programme,
  type Reply,
  seal,
} from './test-client.ts';
import { encryptionKeys, start } from './start.ts';

const path = '/cards/batch';
const detail = (reason: string, source: string, sourceType = 'BODY') => ({
  errordetail: expect.arrayContaining([expect.objectContaining({ reason, source, sourceType })]),
});

function expectContractError(answer: Reply): void {
  expect(operations.enrollBatch.responses['400'].validate(answer.json)).toMatchObject({
    valid: true,
    notices: [],
  });
}

describe('contract violations', () => {
  test('a batch that does not fit the contract is refused with 400 INVALID_ARGUMENT and the member at fault', async () => {
    const simulator = await start();
    const good = await batchBody(simulator, 'batch-1', people(1));
    const cases: [change: object, reason: string, source: string][] = [
      [{ srcClientId: undefined }, 'CANNOT_BE_NULL', 'srcClientId'],
      [{ serviceId: undefined }, 'CANNOT_BE_NULL', 'serviceId'],
      [{ externalBatchId: undefined }, 'CANNOT_BE_NULL', 'externalBatchId'],
      [{ encryptedEnrollmentData: undefined }, 'CANNOT_BE_NULL', 'encryptedEnrollmentData'],
      [{ srcClientId: 'not-a-uuid' }, 'INVALID_VALUE', 'srcClientId'],
      [{ srcCorrelationId: 'wrong' }, 'INVALID_VALUE', 'srcCorrelationId'],
      [{ encryptedEnrollmentData: 'a.b.c' }, 'INVALID_VALUE', 'encryptedEnrollmentData'],
      [{ encryptedEnrollmentData: 'YQ.YQ.YQ.YQ.YQ' }, 'CORRUPT_DATA', 'encryptedEnrollmentData'],
    ];
    for (const [change, reason, source] of cases) {
      const answer = await call(simulator, { method: 'POST', path, body: { ...good, ...change } });
      expect(answer).toMatchObject({
        status: 400,
        json: { status: 400, reason: 'INVALID_ARGUMENT', ...detail(reason, source) },
      });
      expectContractError(answer);
    }
    expect(simulator.world()).toMatchObject({ batches: 0, enrolled: 0 });
  });

  test('a batch that does not fit the contract says that a missing srcClientId must not be null, as the provider does', async () => {
    const simulator = await start();
    const answer = await call(simulator, { method: 'POST', path, body: { serviceId: 'SRC' } });
    expect(answer.json).toMatchObject({
      errordetail: expect.arrayContaining([
        { reason: 'CANNOT_BE_NULL', sourceType: 'BODY', source: 'srcClientId', message: 'must not be null' },
      ]),
    });
  });

  test('a batch that does not fit the contract is refused when it is no JSON, without repeating any of it', async () => {
    const simulator = await start();
    const answer = await call(simulator, {
      method: 'POST',
      path,
      body: '{"primaryAccountNumber":"5186001700009726"',
    });
    expect(answer).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_ARGUMENT', ...detail('INVALID_VALUE', 'Request body') },
    });
    expect(answer.text).not.toContain('5186001700009726');
  });

  test('a batch that does not fit the contract is refused for what is wrong inside the encrypted part, with its place and without its value', async () => {
    const simulator = await start();
    const plaintext = enrollmentData([
      { consumer: 'a', card: 'a' },
      { consumer: 'b', card: 'b', pan: '51860017000097AB', month: '13' },
    ]);
    const answer = await call(simulator, {
      method: 'POST',
      path,
      body: {
        ...programme,
        externalBatchId: 'batch-1',
        encryptedEnrollmentData: await seal(simulator, plaintext),
      },
    });
    expect(answer).toMatchObject({ status: 400, json: { reason: 'INVALID_ARGUMENT' } });
    expect(answer.json).toMatchObject(detail('INVALID_VALUE', 'consumers[1].cards[0].primaryAccountNumber'));
    expect(answer.json).toMatchObject(detail('INVALID_VALUE', 'consumers[1].cards[0].panExpirationMonth'));
    expect(answer.text).not.toContain('51860017');
    expectContractError(answer);
  });

  test('a batch that does not fit the contract is refused when a card appears twice, or when it is too large', async () => {
    const simulator = await start({ maxBatchCards: 3 });
    const [one] = people(1);
    if (one === undefined) throw new Error('nobody');
    expect(await enroll(simulator, 'batch-1', [one, one])).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_ARGUMENT', ...detail('CANNOT_BE_DUPLICATE_OR_NULL', 'externalCardId') },
    });
    expect(await enroll(simulator, 'batch-1', people(4))).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_ARGUMENT', ...detail('LIMIT_EXCEED', 'consumers') },
    });
    expect((await enroll(simulator, 'batch-1', people(3))).status).toBe(202);
  });
});

describe('encrypted part', () => {
  test('the encrypted part may be A128GCM or A256GCM, under the kid or the fingerprint of the key', async () => {
    const simulator = await start();
    const spki = createPublicKey(encryptionKeys[0]?.privateKey ?? '').export({ type: 'spki', format: 'der' });
    const fingerprint = createHash('sha256').update(spki).digest('hex');
    for (const [name, how] of Object.entries({
      a: { enc: 'A128GCM' },
      b: { enc: 'A256GCM' },
      c: { enc: 'A256GCM', kid: fingerprint },
    })) {
      const body = {
        ...programme,
        externalBatchId: name,
        encryptedEnrollmentData: await seal(simulator, enrollmentData(people(1, name)), how),
      };
      expect((await call(simulator, { method: 'POST', path, body })).status).toBe(202);
    }
  });

  test('the encrypted part may hold letters of plain base64 and a nonce of 16 bytes, as from the Node library', async () => {
    const simulator = await start();
    const body = await batchBody(simulator, 'batch-1', people(30));
    const slashed = body.encryptedEnrollmentData
      .split('.')
      .map((text, at) => (at === 0 ? text : text.replaceAll('_', '/')));
    expect(slashed.join('.')).toContain('/');
    expect(
      (
        await call(simulator, {
          method: 'POST',
          path,
          body: { ...body, encryptedEnrollmentData: slashed.join('.') },
        })
      ).status,
    ).toBe(202);
  });

  test('the encrypted part sealed for a key that was retired is refused; with a soft rotation it is taken', async () => {
    const simulator = await start();
    const sealed = await batchBody(simulator, 'batch-1', people(1));
    const before = simulator.keys.kid;
    const kid = await simulator.rotateKey('accept');
    expect(kid).not.toBe(before);
    expect(simulator.keys.kid).toBe(kid);
    expect((await call(simulator, { method: 'POST', path, body: sealed })).status).toBe(202);
    await simulator.rotateKey('refuse');
    const answer = await call(simulator, {
      method: 'POST',
      path,
      body: { ...sealed, externalBatchId: 'batch-2' },
    });
    expect(answer).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_ARGUMENT', ...detail('CORRUPT_DATA', 'encryptedEnrollmentData') },
    });
    expect((await enroll(simulator, 'batch-2', people(1))).status).toBe(202);
  });
});

describe('key set', () => {
  test('the key set is a JWK set with an entity tag that changes with the keys', async () => {
    const simulator = await start();
    const first = await fetch(simulator.keys.url);
    const etag = first.headers.get('etag') ?? '';
    expect(await first.json()).toEqual({
      keys: [
        {
          kty: 'RSA',
          n: expect.any(String),
          e: 'AQAB',
          kid: simulator.keys.kid,
          use: 'enc',
          key_ops: ['encrypt'],
          alg: 'RSA-OAEP-256',
        },
      ],
    });
    expect(simulator.keys.kid).toMatch(/^\d{14}-sandbox-fpan-encryption-src-mastercard-int$/);
    expect((await fetch(simulator.keys.url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    await simulator.rotateKey('accept');
    const after = await fetch(simulator.keys.url, { headers: { 'if-none-match': etag } });
    expect(after.status).toBe(200);
    expect(((await after.json()) as { keys: unknown[] }).keys).toHaveLength(2);
  });
});

describe('programmes', () => {
  const other = { srcClientId: '99999999-2222-3333-4444-555555555555', serviceId: 'OTHER' };

  test('clients and services that are not known, or do not belong together, are refused', async () => {
    const simulator = await start({ programmes: [programme, other] });
    const body = await batchBody(simulator, 'batch-1', people(1));
    const send = (change: object) => call(simulator, { method: 'POST', path, body: { ...body, ...change } });
    expect(await send({ srcClientId: '00000000-2222-3333-4444-555555555555' })).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_STATE', ...detail('INVALID_VALUE', 'srcClientId') },
    });
    expect(await send({ serviceId: 'NOBODY' })).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_STATE', ...detail('INVALID_VALUE', 'serviceId') },
    });
    expect(await send({ serviceId: other.serviceId })).toMatchObject({
      status: 403,
      json: { reason: 'PERMISSION_DENIED' },
    });
    expect((await send({})).status).toBe(202);
  });

  test('client and service must stand in the query of a GET, well-formed', async () => {
    const simulator = await start();
    const missing = await call(simulator, { method: 'GET', path: `${path}/b?serviceId=SRC` });
    expect(missing).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_ARGUMENT', ...detail('CANNOT_BE_NULL', 'srcClientId', 'QUERY') },
    });
    const malformed = await call(simulator, {
      method: 'GET',
      path: `${path}/b?srcClientId=wrong&serviceId=SRC`,
    });
    expect(malformed).toMatchObject({
      status: 400,
      json: { reason: 'INVALID_ARGUMENT', ...detail('INVALID_VALUE', 'srcClientId', 'QUERY') },
    });
    expect(malformed.text).toContain('[0-9a-f]{8}');
  });
});

describe('error shapes', () => {
  test('error shape E2 has the same content in other members', async () => {
    const simulator = await start({ errorShape: 'E2' });
    const answer = await get(simulator, '/cards/nobody');
    expect(answer).toMatchObject({
      status: 404,
      json: {
        code: 404,
        status: 'NOT_FOUND',
        message: expect.any(String),
        details: [{ reason: 'NOT_FOUND', source: 'srcDigitalCardId', sourceType: 'PATH' }],
      },
    });
    expectContractError(answer);
  });

  test('error shape mixed gives both shapes', async () => {
    const simulator = await start({ errorShape: 'mixed' });
    const shapes = new Set<boolean>();
    for (let turn = 0; turn < 20; turn++)
      shapes.add('errordetail' in ((await del(simulator, '/cards/nobody')).json as object));
    expect(shapes).toEqual(new Set([true, false]));
  });
});
